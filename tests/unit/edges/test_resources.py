"""The files memsync plants are found in a checkout and in a wheel."""

from __future__ import annotations

import shutil

from memsync.edges import resources


def test_templates_are_found_in_a_checkout():
    """What init plants, by its path in the store."""
    expected = {".gitignore", "README.md", "project-context.md", "current-tasks.md", "decisions-log.md"}
    assert expected == set(resources.templates("store"))


def test_templates_are_found_in_a_wheel(tmp_path, monkeypatch):
    """The same files below `_data`, where hatch puts them; that place comes first."""
    for kind in ("templates", "hooks"):
        shutil.copytree(resources._PLACES[1] / kind, tmp_path / "_data" / kind)
    in_checkout = (
        resources.templates("store"),
        resources.git_hook("pre-push"),
        resources.template("store/README.md"),
    )
    monkeypatch.setattr(resources, "_PLACES", (tmp_path / "_data", tmp_path))
    assert in_checkout == (
        resources.templates("store"),
        resources.git_hook("pre-push"),
        resources.template("store/README.md"),
    )


def test_what_is_planted_names_no_time_and_no_person():
    """Two machines plant the same bytes, so they never conflict: no placeholder, no date."""
    for content in resources.templates("store").values():
        assert b"@" not in content
        assert not any(f"20{year}".encode() in content for year in range(20, 40))
