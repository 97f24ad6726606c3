"""Frozen dataclasses to JSON values and back, validated by pydantic."""

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from digest.errors import StoreError
from digest.model.mailing import FORM, Rendered

T = TypeVar("T")


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_document(value: object) -> dict[str, Any]:
    """Return `value`, a frozen dataclass of the model, as a JSON value."""
    document: dict[str, Any] = _adapter(type(value)).dump_python(value, mode="json")
    return document


def to_rendered(document: dict[str, Any]) -> Rendered:
    """Return the frozen mail that `document` holds, of this form or an older one; raises StoreError for a newer one."""
    form = document.get("form", 1)
    if form > FORM:
        raise StoreError(
            f"this mail was frozen in form {form} by a newer program, and this one reads up to {FORM}: upgrade it, then resume"
        )
    return from_document(Rendered, document)


def from_document(kind: type[T], document: dict[str, Any]) -> T:
    """Return the dataclass that `document` holds; raises StoreError where it holds something else."""
    try:
        value: T = _adapter(kind).validate_python(document)
    except ValidationError as error:
        raise StoreError(f"a stored {kind.__name__} cannot be read back: {error.errors()[0]['msg']}; run `digest db check`") from error
    return value
