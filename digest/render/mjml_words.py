"""The words of MJML that we write: each component's attributes, what an attribute may hold, and what MRML is no good for."""

import re
from typing import Final

_PADDING: Final = "padding padding-top padding-right padding-bottom padding-left"
_BORDER: Final = "border border-top border-right border-bottom border-left border-radius"
_TYPE: Final = "color font-family font-size font-style font-weight letter-spacing line-height text-decoration text-transform"
_BACKGROUND: Final = (
    "background-color background-url background-repeat background-size background-position background-position-x background-position-y"
)

# After MJML 4's own tables of components (mjml.io/documentation).
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    name: frozenset(f"{words} css-class mj-class".split())
    for name, words in {
        "mjml": "lang dir owa",
        "mj-head": "",
        "mj-attributes": "",
        "mj-all": f"{_PADDING} {_TYPE} {_BORDER} {_BACKGROUND} align direction height text-align width",
        "mj-class": f"name {_PADDING} {_TYPE} {_BORDER} {_BACKGROUND} align direction height text-align width",
        "mj-style": "",
        "mj-title": "",
        "mj-breakpoint": "width",
        "mj-raw": "",
        "mj-body": "width background-color",
        "mj-section": f"{_PADDING} {_BORDER} {_BACKGROUND} direction full-width text-align text-padding",
        "mj-wrapper": f"{_PADDING} {_BORDER} {_BACKGROUND} full-width text-align",
        "mj-column": f"{_PADDING} {_BORDER} background-color inner-background-color inner-border inner-border-top inner-border-right"
        " inner-border-bottom inner-border-left inner-border-radius width vertical-align direction",
        "mj-group": "width vertical-align background-color direction",
        "mj-text": f"{_PADDING} {_TYPE} align height container-background-color vertical-align",
        "mj-button": f"{_PADDING} {_TYPE} {_BORDER} align background-color container-background-color height href inner-padding rel target"
        " text-align text-padding title vertical-align width",
        "mj-image": f"{_PADDING} {_BORDER} align alt container-background-color fluid-on-mobile font-size height href max-height name rel"
        " sizes src srcset target title usemap width",
        "mj-divider": f"{_PADDING} align border-color border-style border-width container-background-color width",
        "mj-spacer": f"{_PADDING} container-background-color height",
        "mj-table": f"{_PADDING} {_TYPE} align border cellpadding cellspacing container-background-color role table-layout width",
        "mj-hero": f"{_PADDING} {_BACKGROUND} background-height background-width border-radius height inner-background-color inner-padding"
        " mode vertical-align width",
    }.items()
}

# What MRML 6 takes and then does not do, or does to a reader's harm; the second half of each says what to write instead.
FORBIDDEN: Final = {
    "mj-accordion": "few programs open an accordion; write the text out",
    "mj-carousel": "MRML drops pictures of a carousel; show one with mj-text and img",
    "mj-font": "a web font is a stranger's file; set the family in theme.toml",
    "mj-html-attributes": "MRML ignores it; write the attribute where it belongs",
    "mj-include": "MRML reads no files; use Jinja's {% include %}",
    "mj-navbar": "its menu needs a checkbox that few programs know; write links in mj-text",
    "mj-preview": "its white text on white counts against a mail; use blocks/preheader.mjml",
    "mj-social": "its icons are a stranger's pictures; write links in mj-text, as blocks/social.mjml does",
}

# What may stand in what; a component that is not here holds words and HTML of its own. mj-raw may stand in any of them.
WITHIN: Final[dict[str, frozenset[str]]] = {
    name: frozenset(words.split())
    for name, words in {
        "mjml": "mj-head mj-body",
        "mj-head": "mj-attributes mj-breakpoint mj-style mj-title",
        "mj-body": "mj-section mj-wrapper mj-hero",
        "mj-wrapper": "mj-section mj-hero",
        "mj-section": "mj-column mj-group",
        "mj-group": "mj-column",
        "mj-column": "mj-text mj-button mj-image mj-divider mj-spacer mj-table",
        "mj-hero": "mj-text mj-button mj-image mj-divider mj-spacer mj-table",
    }.items()
}

_SIZED: Final = frozenset(
    {"width", "height", "border-width", "border-radius", "font-size", "background-width", "background-height", "max-height"}
    | {"inner-padding", "text-padding", *_PADDING.split()}
)
_SIZE: Final = re.compile(r"-?\d+(?:\.\d+)?(?:px|%)")
_LINE: Final = re.compile(r"\d+(?:\.\d+)?(?:px|%)?")
_COLOUR: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})|rgba?\([\d., %]+\)")
# CSS Color 4, 6.1; "transparent" and "inherit" beside them.
_NAMED: Final = (
    "transparent inherit "
    "aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood "
    "cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod "
    "darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon "
    "darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray "
    "dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green "
    "greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon "
    "lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon "
    "lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen "
    "magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue "
    "mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy "
    "oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip "
    "peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown "
    "seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal "
    "thistle tomato turquoise violet wheat white whitesmoke yellow yellowgreen"
)
_COLOUR_NAMES: Final = frozenset(_NAMED.split())
_CHOICES: Final = {
    "align": ("left", "center", "right", "justify"),
    "text-align": ("left", "center", "right", "justify"),
    "vertical-align": ("top", "middle", "bottom", "baseline"),
    "direction": ("ltr", "rtl"),
}


def nesting_fault(name: str, inside: str | None) -> str | None:
    """Return what is wrong with a tag in the component that it stands in, None for nothing; MRML takes it, and Outlook shows it torn."""
    if inside is None or name == "mj-raw" or inside == "mj-attributes":
        return None
    if inside in WITHIN:
        if name in WITHIN[inside]:
            return None
        homes = sorted(home for home, held in WITHIN.items() if name in held) or (["mj-text"] if not name.startswith("mj") else [])
        return f"<{name}> cannot stand in <{inside}>" + (f"; put it into {' or '.join(homes)}" if homes else "; take it out")
    return f"<{name}> cannot stand in <{inside}>, which holds words and HTML" if name.startswith("mj") else None


def attribute_fault(component: str, name: str, value: str) -> str | None:
    """Return what is wrong with one attribute of an MJML component, and what to write; None where nothing is."""
    known = ATTRIBUTES[component]
    if name not in known:
        near = sorted(word for word in known if word[:3] == name[:3])
        return f"<{component}> has no attribute {name!r}; " + (f"is it {near[0]!r}?" if near else "take it out, MRML drops it")
    if name in _SIZED and not all(_SIZE.fullmatch(part) for part in value.split()):
        return (
            f'{name}="{value}" needs px on every number, 0 included: 0px 20px'
            if value
            else f'{name}="" is empty; write a size or take it out'
        )
    if name == "line-height" and not _LINE.fullmatch(value):
        return f'line-height="{value}" is no height; write 24px'
    if name.endswith("color") and value.lower() not in _COLOUR_NAMES and not _COLOUR.fullmatch(value):
        return f'{name}="{value}" is no colour; write #1a2b3c'
    if name in _CHOICES and value not in _CHOICES[name]:
        return f'{name}="{value}" is not known to mail programs; write {", ".join(_CHOICES[name][:-1])} or {_CHOICES[name][-1]}'
    return None
