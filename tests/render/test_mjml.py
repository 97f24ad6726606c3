"""The MJML process: warm, killable, limited, gone with its parent; and what the linters say of a faulty theme."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from digest.errors import RenderError
from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import numeric_attributes, render_edition
from digest.render.lint import lint_mjml
from digest.render.lint_html import lint_html
from digest.render.mjml import MjmlCompiler
from digest.render.places import template_roots, templates_root
from digest.render.press import open_press

MAIL = "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>"


@pytest.fixture
def compiler() -> Iterator[MjmlCompiler]:
    with MjmlCompiler() as opened:
        yield opened


def test_the_process_stays_warm_between_two_mails(compiler: MjmlCompiler) -> None:
    assert "one" in compiler.compile(MAIL.format("one"))
    first = compiler.pid
    assert "two" in compiler.compile(MAIL.format("two"))
    assert compiler.pid == first


def test_a_killed_process_is_replaced_at_the_next_mail(compiler: MjmlCompiler) -> None:
    compiler.compile(MAIL.format("one"))
    killed = compiler.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    assert "two" in compiler.compile(MAIL.format("two"))
    assert compiler.pid != killed


def test_a_process_killed_in_the_middle_of_a_frame_is_replaced_and_the_frame_asked_again(tmp_path: Path) -> None:
    theme = tmp_path / "email" / "own"
    theme.mkdir(parents=True)
    (theme / "theme.toml").write_text('extends = "review"\n', encoding="utf-8")
    (theme / "slow.txt").write_text("{% for one in range(99999) %}{% for two in range(99999) %}{% endfor %}{% endfor %}", encoding="utf-8")
    with open_press([tmp_path, templates_root()], "https://x.example") as press, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(press.set_type, "own", "slow.txt", {})
        until = time.monotonic() + 60
        while time.monotonic() < until and not (press.compiler.pid and psutil.Process(press.compiler.pid).cpu_times().user > 1):
            time.sleep(0.02)
        killed = press.compiler.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(RenderError, match=r"template own/slow.txt, line 1: it has been at this for 2 seconds"):
            slow.result()
        assert press.compiler.pid != killed
        assert "after" in press.compiler.compile(MAIL.format("after"))


def test_an_answer_beyond_all_measure_is_not_read_to_its_end(compiler: MjmlCompiler) -> None:
    many = "<mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section>" * 45_000
    with pytest.raises(RenderError, match=r"made [\d,]+ bytes, more than 33,554,432: take articles out|crashed|took more"):
        compiler.compile(f"<mjml><mj-body>{many}</mj-body></mjml>")
    assert "after" in compiler.compile(MAIL.format("after"))


def test_a_mail_that_crashes_mrml_is_an_error_and_the_next_one_compiles(compiler: MjmlCompiler) -> None:
    with pytest.raises(RenderError, match="crashed twice"):
        compiler.compile(MAIL.format("<div>" * 200_000 + "</div>" * 200_000))
    assert "after" in compiler.compile(MAIL.format("after"))


def test_a_compile_over_its_time_is_ended() -> None:
    with MjmlCompiler(timeout=0.0) as hasty, pytest.raises(RenderError, match="took more than 0 seconds"):
        hasty.compile(MAIL.format("slow"))


def test_what_mrml_refuses_is_a_render_error(compiler: MjmlCompiler) -> None:
    with pytest.raises(RenderError, match="does not compile"):
        compiler.compile("no mjml at all")


def test_a_mail_beyond_four_megabytes_is_refused_before_it_is_sent_over(compiler: MjmlCompiler) -> None:
    with pytest.raises(RenderError, match="take articles out"):
        compiler.compile(MAIL.format("x" * 4_200_000))
    assert compiler.pid is None


def test_threads_share_one_process(compiler: MjmlCompiler) -> None:
    answers: list[str] = []
    threads = [threading.Thread(target=lambda n=n: answers.append(compiler.compile(MAIL.format(f"n{n}n")))) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(n for n in range(12) for answer in answers if f"n{n}n" in answer) == list(range(12))


PARENT = """
import sys, time
from digest.render.mjml import MjmlCompiler
compiler = MjmlCompiler()
compiler.compile({mail!r})
print(compiler.pid, flush=True)
time.sleep(60)
"""


def test_the_process_goes_with_a_parent_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT.format(mail=MAIL.format("x"))], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=60)


FORKER = """
import os, sys
from digest.render.mjml import MjmlCompiler
compiler = MjmlCompiler()
compiler.compile({mail!r})
parents = compiler.pid
child = os.fork()
if child == 0:
    html = compiler.compile({mail!r})
    own = compiler.pid
    compiler.close()
    os._exit(0 if "forked" in html and own != parents else 1)
_, status = os.waitpid(child, 0)
compiler.compile({mail!r})
print(os.waitstatus_to_exitcode(status), compiler.pid == parents)
compiler.close()
"""


def test_a_fork_gets_a_process_of_its_own_and_leaves_the_parents_alone() -> None:
    script = FORKER.format(mail=MAIL.format("forked"))
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout.strip(), done.stderr) == ("0 True", "")


def test_attributes_are_ascii_before_mrml_sees_them(compiler: MjmlCompiler) -> None:
    words = "a\u00a0b\\c नम\u200d👩\u200d👧"
    link = f'<a\ntitle="{words}\n">{words}</a>'
    source = MAIL.format(link).replace("<mj-body>", f"<mj-head><mj-title>{words}</mj-title></mj-head><mj-body>")
    html = compiler.compile(numeric_attributes(source))
    assert "\\u{" not in html
    assert 'title="a&#160;b&#92;c' in html
    assert f">{words}</a>" in html


@pytest.mark.parametrize(
    ("mjml", "said"),
    [
        ("<mjml>\n<mj-body>\n</mjml>", r"line 3 .*</mjml> closes <mj-body>"),
        ("<mjml>\n<!-- blocks/lead.mjml -->\n<mj-foo>\n</mj-foo></mjml>", r"blocks/lead.mjml, line 3 .*unknown MJML tag <mj-foo>"),
        ('<mjml>\n<img src="x" /></mjml>', r"line 2 .*<img> has no alt"),
        ("<mj-text>\na<br>b</mj-text>", r"line 2 .*<br> must end in />"),
        ("<mjml>\n<mj-body>", r"<mj-body> is never closed"),
        ("</p>", r"</p> closes nothing"),
        ("<mj-text>\n" + "<div>" * 9_000, r"line 2 .*65 tags stand in one another here"),
        ('<mjml>\n<mj-section paddin="0px" /></mjml>', r"line 2 .*<mj-section> has no attribute 'paddin'; is it 'padding'\?"),
        ('<mj-section align="left" />', r"no attribute 'align'; take it out"),
        ('<mj-section padding="0 20px" />', r'padding="0 20px" needs px on every number'),
        ('<mj-column width="180" />', r'width="180" needs px'),
        ('<mj-button color="blurple1" />', r"is no colour; write #1a2b3c"),
        ('<mj-text color="gren" />', r'color="gren" is no colour; write #1a2b3c'),
        ('<mj-text align="middle" />', r'align="middle" is not known to mail programs; write left, center, right or justify'),
        ('<mj-column vertical-align="center" />', r"write top, middle, bottom or baseline"),
        ('<mj-text line-height="tall" />', r"write 24px"),
        ("<mj-section padding=0px />", r"double quotes"),
        ('<mj-text align="left" align="right" />', r"it is there twice"),
        ("<mj-carousel></mj-carousel>", r"<mj-carousel> is not for mail: MRML drops pictures"),
        ("<mj-social-element />", r"<mj-social-element> is not for mail: .*blocks/social.mjml"),
        ("<mj-preview>x</mj-preview>", r"use blocks/preheader.mjml"),
        ('<mj-include path="x" />', r"use Jinja's {% include %}"),
        ('<mj-style inline="inline">x</mj-style>', r"inline: MRML ignores it"),
        ('<p onclick="x">x</p>', r"scripts do not run"),
        ("<video />", r"<video> is no HTML that mail programs show"),
        ("<mjml><mj-body></mj-body><mj-body></mj-body></mjml>", r"a second <mj-body>"),
    ],
)
def test_faulty_mjml_is_told_with_block_and_line(mjml: str, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        lint_mjml(mjml)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (r'<p title="a\u{a0}">', "numeric references"),
        ('<img src="x">', "no alt"),
        ("<script>", "scripts do not run"),
        ("qqnameqq and qqadd", "torn apart"),
        ("qqshoe_sizeqq", "unknown slot 'shoe_size'"),
        ("<h1>x</h1>", "2 headings of the first level"),
        ('<img alt="" width="186.67" src="https://ours.example/x.png" />', "fraction of a pixel"),
        ('<img alt="" src="https://pixel.example/x.png" />', r"from a stranger, pixel.example: .*hosts = \[\"pixel.example\"\]"),
        ('<link rel="stylesheet" href="https://fonts.example/f.css" />', r"from a stranger, fonts.example"),
        ("<style>@import url(https://fonts.example/f.css);</style>", r"from a stranger, fonts.example"),
        ("<td style=\"background:url('//pixel.example/x')\">", r"from a stranger, pixel.example"),
        ('<td background="https://pixel.example/x">', r"from a stranger, pixel.example"),
        ("<table><tr></table></tr>", r"do not close as they open"),
        ("<!--[if mso | IE]><table><![endif]-->", r"do not close, in Outlook: <table>"),
        ("<!--[if !mso]><!--><table><!--<![endif]-->", r"do not close, elsewhere: <table>"),
    ],
)
def test_faulty_html_is_refused(html: str, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        lint_html(f"<h1>The name</h1>{html}", "qq", ["ours.example"])


def test_words_that_only_look_like_a_strangers_file_pass() -> None:
    words = "url(https://pixel.example/x) src=https://pixel.example/x @import"
    lint_html(f'<h1>{words}</h1><img src="https://ours.example/x.png" alt="{words}" width="600" />', "qq", ["ours.example"])


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "<mj-raw>ok</mj-raw>\n{{ newsletter.shoe_size }}",
            r"template review/blocks/footer.mjml, line 2: .*shoe_size.*: {{ newsletter.shoe_size }}",
        ),
        ("\n\n{% if %}", r"template review/blocks/footer.mjml, line 3"),
        ("{{ slot('address', 'you') }}", r"line 1: .*'address' always has a value and takes no fallback"),
        ("{{ slot('shoe_size') }}", r"line 1: .*unknown slot 'shoe_size'; there are: name, address"),
        (
            "<!-- mine -->\n<mj-section>\n<mj-column>",
            r"blocks/footer.mjml, line 3: <mj-column> is not closed before </mj-body> \(template review/layouts/page.mjml, line \d+\)",
        ),
        (
            '\n<mj-section><mj-column><mj-text>\n{{ date }}\n<p colour="red" onclick="x">x</p>\n</mj-text></mj-column></mj-section>',
            r"template review/blocks/footer.mjml, line 4: <p> onclick: scripts do not run in mail; take it out: <p colour",
        ),
        (
            "<mj-section><mj-column>\n{% if date %}<mj-txet>x</mj-txet>{% endif %}\n</mj-column></mj-section>",
            r"template review/blocks/footer.mjml, line 2: unknown MJML tag <mj-txet>: {% if date %}<mj-txet>",
        ),
        ("<!--\n<div>\n", r"footer.mjml, line 1: a comment begins here and never ends"),
        ("\n<mj-section", r"footer.mjml, line 2: a < that begins no whole tag or comment; .*: <mj-section$"),
        (
            "\n<mj-column></mj-column>",
            r"footer.mjml, line 2: <mj-column> cannot stand in <mj-body>; put it into mj-group or mj-section \(was <mj-body> meant",
        ),
        ("\n<mj-section>\nwords\n</mj-section>", r"footer.mjml, line 3: words stand in <mj-section>, outside of any mj-text; .*: words"),
        ("{{ newsletter.name.__class__.__mro__ }}", r"line 1: .*unsafe"),
        (
            '<mj-raw>\n<p>x</p>\n<img src="https://p.example/x?a=1&amp;b=2" alt="" /></mj-raw>',
            r'from a stranger, p.example: .*hosts = \["p.example"\]: template review/blocks/footer.mjml, line 3: <img src=',
        ),
        ("{{ 1 / 0 }}", r"line 1: division by zero"),
        ("\n{% for one in sections %}\n{% if one %}{% endif %}", r"line 2: {% for %} is opened here and never closed: write {% endfor %}"),
        ("\n{{ newsletter.nam }}", r"line 2: there is no 'nam' here; is it 'name'\?: {{ newsletter.nam }}"),
        ("\n{{ newsleter.name }}", r"line 2: nothing is called 'newsleter' here; is it 'newsletter'\?"),
        ("\n{% include 'parts/nam.mjml' %}", r"line 2: there is no file 'parts/nam.mjml' in the theme; is it 'parts/name.mjml'\?"),
        ("\n{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", r"line 2: this includes or calls itself without an end"),
        ("\n{% include 'blocks/footer.mjml' %}", r"line 2: this includes or calls itself without an end"),
        ("\n{{ 'x' * 10**10 }}", r"line 2: this makes more than memory holds; .*: {{ 'x'"),
        ("\n{{ 'x'|center(10**10) }}", r"line 2: this makes more than memory holds"),
        (
            "{% for one in range(9000) %}{{ 'x' * 900 }}{% endfor %}",
            r"editions/edition.mjml makes 8,1\d\d,\d+ characters, more than 4,194,304",
        ),
        ("\n{% for one in range(10**9) %}{% endfor %}", r"line 2: Range too big"),
        ("\nx\x00y", r"line 2: a control character \(U\+0000\) stands here; take it out"),
        ("<mj-section><mj-column><mj-text>\n&bogus;</mj-text></mj-column></mj-section>", r"line 2: &bogus; is no entity of HTML"),
        (
            '<mj-section><mj-column><mj-text>\n<a href="java&#115;cript:x">x</a></mj-text></mj-column></mj-section>',
            r"line 2: <a> href: no mail program follows this",
        ),
    ],
)
def test_a_faulty_template_is_told_with_file_line_and_excerpt(
    tmp_path: Path, normal: Edition, newsletter: Newsletter, template: str, said: str
) -> None:
    blocks = tmp_path / "email" / "review" / "blocks"
    blocks.mkdir(parents=True)
    (blocks / "footer.mjml").write_text(template, encoding="utf-8")
    with open_press(template_roots(tmp_path), "https://news.harbour.example") as press, pytest.raises(RenderError, match=said):
        render_edition(press, normal, newsletter)


def own_blocks(folder: Path) -> Path:
    blocks = folder / "email" / "review" / "blocks"
    blocks.mkdir(parents=True)
    return blocks


def test_a_template_that_never_ends_is_ended_and_told_and_the_next_mail_is_made(
    tmp_path: Path, normal: Edition, newsletter: Newsletter
) -> None:
    endless = "\n{% for one in range(99999) %}\n{% for two in range(99999) %}{% endfor %}{% endfor %}"
    (own_blocks(tmp_path) / "footer.mjml").write_text(endless, encoding="utf-8")
    with open_press(template_roots(tmp_path), "https://news.harbour.example") as press:
        with pytest.raises(
            RenderError, match=r"blocks/footer.mjml, line [23]: it has been at this for 2 seconds, .*loops in one another: {% for"
        ):
            render_edition(press, normal, newsletter)
        before = press.compiler.pid
        assert render_edition(press, normal, replace(newsletter, theme="bulletin")).html.endswith("</html>")
        assert press.compiler.pid == before


def test_files_are_utf_8_with_or_without_its_mark_whatever_ends_their_lines(
    tmp_path: Path, normal: Edition, newsletter: Newsletter
) -> None:
    footer = own_blocks(tmp_path) / "footer.mjml"
    words = (templates_root() / "email" / "review" / "blocks" / "footer.mjml").read_bytes()
    htmls = set()
    for written in (words, b"\xef\xbb\xbf" + words, words.replace(b"\n", b"\r\n")):
        footer.write_bytes(written)
        with open_press(template_roots(tmp_path), "https://news.harbour.example") as press:
            htmls.add(render_edition(press, normal, newsletter).html)
    assert len(htmls) == 1
    footer.write_bytes(b"<mj-section>\n<mj-column><mj-text>caf\xe9")
    with (
        open_press(template_roots(tmp_path), "https://news.harbour.example") as press,
        pytest.raises(RenderError, match=r"blocks/footer.mjml, line 2: this is not UTF-8 .*; save the file in UTF-8: <mj-column>"),
    ):
        render_edition(press, normal, newsletter)


def test_a_link_out_of_the_theme_is_refused_and_one_within_is_followed(tmp_path: Path, normal: Edition, newsletter: Newsletter) -> None:
    blocks = own_blocks(tmp_path / "own")
    secret = tmp_path / "secret.txt"
    secret.write_text("<mj-raw>secret</mj-raw>", encoding="utf-8")
    (blocks / "note.mjml").symlink_to(secret)
    with (
        open_press(template_roots(tmp_path / "own"), "https://news.harbour.example") as press,
        pytest.raises(RenderError, match=r"review/blocks/note.mjml: a link that leads out of the theme, to .*; put the file itself there"),
    ):
        render_edition(press, normal, newsletter)
    (blocks / "note.mjml").unlink()
    (blocks.parent / "shared.mjml").write_text("<mj-raw><!-- shared --></mj-raw>", encoding="utf-8")
    (blocks / "note.mjml").symlink_to(blocks.parent / "shared.mjml")
    with open_press(template_roots(tmp_path / "own"), "https://news.harbour.example") as press:
        assert "Nadia Berg" not in render_edition(press, normal, newsletter).html


def test_an_own_folder_overrides_file_by_file_and_theme_toml_merges_deep(tmp_path: Path, normal: Edition, newsletter: Newsletter) -> None:
    own = tmp_path / "email" / "review"
    own.mkdir(parents=True)
    (own / "theme.toml").write_text('[light]\nbrand = "#0b5d3b"\n[words]\nread = "Open it"\n', encoding="utf-8")
    with open_press(template_roots(tmp_path), "https://news.harbour.example") as press:
        html = render_edition(press, normal, newsletter).html
    assert "color:#0b5d3b" in html
    assert "#a3261a" not in html
    assert "Open it, 9" in html
    assert "#191a1c" in html


def test_a_theme_that_is_missing_or_malformed_is_named(tmp_path: Path) -> None:
    with (
        open_press(template_roots(), "https://x.example") as press,
        pytest.raises(RenderError, match=r"no theme 'gazette'; there are: .*review"),
    ):
        press.theme("gazette")
    for name, words, said in (("bad", "a = = 1", r"bad/theme.toml: .*mend the file"), ("loop", 'extends = "loop"', "extends itself")):
        (tmp_path / "email" / name).mkdir(parents=True)
        (tmp_path / "email" / name / "theme.toml").write_text(words, encoding="utf-8")
        with open_press([tmp_path], "https://x.example") as press, pytest.raises(RenderError, match=said):
            press.theme(name)


def test_the_templates_are_found_and_a_missing_own_folder_is_named(tmp_path: Path) -> None:
    assert (templates_root() / "email" / "review" / "theme.toml").is_file()
    assert template_roots(tmp_path) == (tmp_path, templates_root())
    with pytest.raises(RenderError, match="own templates is missing"):
        template_roots(tmp_path / "nowhere")


def test_an_idle_process_uses_no_time(compiler: MjmlCompiler) -> None:
    compiler.compile(MAIL.format("x"))
    child = psutil.Process(compiler.pid)
    before = child.cpu_times()
    time.sleep(0.3)
    after = child.cpu_times()
    assert after.user + after.system - before.user - before.system < 0.05
