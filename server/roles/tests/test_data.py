"""Jinja and YAML in a variable are data: in the templates of every role, and on the way there."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest

from .runs import HERE, KEYS, ROLES, definition, play

FAMILIES = {
    "Debian": {"distribution": "Debian", "distribution_version": "12.11", "distribution_major_version": "12"},
    "RedHat": {"distribution": "Rocky", "distribution_version": "9.6", "distribution_major_version": "9"},
}
WITH_TEMPLATES = [key for key in KEYS if (ROLES / key / "templates").is_dir()]

PLAY = """
- name: Render
  hosts: all
  gather_facts: false
  vars:
    drover_managed: Ours.
    # What the tasks before the templates find out.
    search_found: {files: [{path: bin/opensearch}, {path: plugins/opensearch-security}]}
  tasks:
    - name: Be a machine of the family
      ansible.builtin.set_fact:
        cacheable: true
        os_family: "{{ family }}"
        architecture: x86_64
        hostname: machine
        distribution: "{{ system.distribution }}"
        distribution_version: "{{ system.distribution_version }}"
        distribution_major_version: "{{ system.distribution_major_version }}"
    - name: Read what the roles derive
      ansible.builtin.include_vars: "{{ item }}/vars/main.yml"
      loop: "{{ folders }}"
    - name: Render
      ansible.builtin.template:
        src: "{{ item }}"
        dest: "{{ rendered }}/{{ item | dirname | dirname | basename }}-{{ item | basename }}"
        mode: "0600"
      with_fileglob: "{{ folders | product(['/templates/*.j2']) | map('join') }}"
"""


def hostile(kind: str, text: str) -> Any:
    """A value of the type, as bad as the type allows."""
    return {"integer": 1, "port": 2345, "boolean": True}.get(kind, text)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_template_evaluates_a_value(family: str, tmp_path: Path) -> None:
    text = f"{{{{ lookup('pipe', 'touch {tmp_path}/evaluated') }}}}: !!python/none"
    given = {f"{role}_{v['name']}": hostile(v["type"], text) for role in KEYS for v in definition(role)["variables"]}
    rendered = tmp_path / "rendered"
    rendered.mkdir()
    (tmp_path / "play.yml").write_text(PLAY)
    folders = [str(ROLES / role) for role in WITH_TEMPLATES]
    about = {"family": family, "system": FAMILIES[family], "folders": folders, "rendered": str(rendered)}
    play(tmp_path, HERE, tmp_path / "play.yml", given | about).good()
    files = {file.name: html.unescape(file.read_text()) for file in rendered.iterdir()}
    assert len(files) == len(list(ROLES.glob("*/templates/*.j2")))
    for role in WITH_TEMPLATES:
        assert any(text in content for name, content in files.items() if name.startswith(role)), (role, files)
    assert not (tmp_path / "evaluated").exists()


def test_a_role_of_one_s_own_sees_the_text_as_it_was_given(tmp_path: Path) -> None:
    given = {
        "drover_role": "mine",
        "mine_text": f"{{{{ lookup('pipe', 'touch {tmp_path}/evaluated') }}}}",
        "mine_list": ["{% raw %}", "- a: b", "#no comment", "'\"\\", "007", "yes", "null", "~"],
        "mine_number": 7,
        "mine_yes": True,
        "mine_empty": "",
    }
    tasks = tmp_path / "roles/mine/tasks/main.yml"
    tasks.parent.mkdir(parents=True)
    tasks.write_text(f"""
- name: Write what came
  ansible.builtin.copy:
    content: "{{{{ [mine_text, mine_list, mine_number, mine_yes, mine_empty] | to_json }}}}"
    dest: {tmp_path}/came
    mode: "0600"
""")
    (tmp_path / "play.yml").write_text("""
- name: Apply
  hosts: all
  gather_facts: false
  tasks:
    - name: Apply the role
      ansible.builtin.include_role:
        name: "{{ drover_role }}"
""")
    play(tmp_path, HERE, tmp_path / "play.yml", given, roles=tmp_path / "roles").good()
    del given["drover_role"]
    assert json.loads((tmp_path / "came").read_text()) == list(given.values())
    assert not (tmp_path / "evaluated").exists()
