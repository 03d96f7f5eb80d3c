"""Every role.toml says what Drover reads, and what the role's tasks use."""

from __future__ import annotations

import re

import pytest

from .runs import KEYS, ROLES, Values, definition

TYPES = {"string": str, "integer": int, "boolean": bool, "port": int, "choice": str}
KNOWN = set("name type label help default secret generated optional min max choices pattern".split())


def test_there_are_all_roles_of_the_catalogue() -> None:
    assert KEYS == ["db", "ftp", "java", "node_exporter", "search", "was", "web"]


def check_texts(texts: Values) -> None:
    """A text for people in both languages, the Korean one in Korean letters unless it is a name."""
    assert sorted(texts) == ["en", "ko"] and all(text.strip() == text and text for text in texts.values())


@pytest.mark.parametrize("role", KEYS)
def test_the_definition_is_whole(role: str) -> None:
    found = definition(role)
    assert set(found) == {"version", "systems", "ports", "name", "description", "variables"}
    assert set(found["systems"]) <= {"debian", "redhat"}
    check_texts(found["name"])
    check_texts(found["description"])
    ports = {variable["name"] for variable in found["variables"] if variable["type"] == "port"}
    assert set(found["ports"]) <= ports


@pytest.mark.parametrize("role", KEYS)
def test_variables_are_of_their_type_and_used(role: str) -> None:
    files = [file.read_text() for file in (ROLES / role).rglob("*") if file.suffix in (".yml", ".j2")]
    for variable in definition(role)["variables"]:
        name = variable["name"]
        assert set(variable) <= KNOWN, name
        assert re.fullmatch("[a-z][a-z0-9_]*", name)
        check_texts(variable["label"])
        check_texts(variable.get("help", {"en": "-", "ko": "-"}))
        assert any(re.search(rf"\b{role}_{name}\b", text) for text in files), f"{name} is used nowhere"
        if "default" in variable:
            assert type(variable["default"]) is TYPES[variable["type"]], name
            assert not variable.get("secret"), f"{name} is a secret that everybody knows"
            assert "pattern" not in variable or re.fullmatch(variable["pattern"], str(variable["default"])), name
            assert "choices" not in variable or variable["default"] in variable["choices"], name
            assert variable.get("min", 0) <= variable["default"] if variable["type"] == "integer" else True, name
        assert ("choices" in variable) == (variable["type"] == "choice"), name
