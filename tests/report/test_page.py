"""The page as a file: it needs nothing else, hides nothing, and comes out the same each time."""

import base64
import dataclasses
import hashlib
import re

import pytest

from sim.command_line import StoredOverride, one_line
from sim.report.report import page_of, report

MOST = 400_000
PAGES = ["run", "small", "many", "whole", "hindcast", "tornado", "grid"]
UNSTYLED = {"dash0", "heat", "start", "tick"}
"""Classes that need no style: a solid line among dashed ones, and some that tests and readers go by."""
OUTSIDE = ("src", "data", "action", "formaction", "poster", "srcset", "background")


@pytest.mark.parametrize("of", PAGES)
def test_a_page_is_whole_and_small(pages, read, of):
    page = read(pages[of])
    assert len(pages[of]) < MOST
    assert page.count("h1") == 1
    assert page.count("main") == 1
    assert "Toy model for study. Not a forecast, not for operational use." in page.text


@pytest.mark.parametrize("of", PAGES)
def test_a_page_runs_nothing_and_asks_for_nothing(pages, read, of):
    page = read(pages[of])
    assert page.count("script") == page.count("link") == page.count("img") == page.count("iframe") == 0
    for _, found in page.elements:
        assert not [key for key in found if key.startswith("on") or key in {*OUTSIDE, "style"}]
        assert found.get("href", "#").startswith("#")
    assert b"@import" not in pages[of]
    assert not re.search(rb"url\((?!#)", pages[of])


def test_the_policy_lets_nothing_in_but_the_page_s_own_style(pages, read):
    policy = next(found["content"] for _, found in read(pages["run"]).elements if "http-equiv" in found)
    style = re.search(rb"<style>(.*?)</style>", pages["run"], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"style-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("of", PAGES)
def test_the_style_knows_every_class(pages, read, of):
    style = re.search(rb"<style>(.*?)</style>", pages[of], re.DOTALL)[1].decode()
    styled = set(re.findall(r"\.([a-z][\w-]*)", style, re.IGNORECASE))
    used = {name for _, found in read(pages[of]).elements for name in found.get("class", "").split()}
    assert used - styled <= UNSTYLED


@pytest.mark.parametrize("of", ["run", "many", "hindcast"])
def test_the_same_input_gives_the_same_bytes(request, pages, of):
    assert report(request.getfixturevalue(of)) == pages[of]


@pytest.mark.parametrize("of", PAGES)
def test_every_name_stands_once_and_every_link_leads_somewhere(pages, read, of):
    page = read(pages[of])
    names = [found["id"] for _, found in page.elements if "id" in found]
    assert len(names) == len(set(names))
    links = [found["href"][1:] for _, found in page.elements if "href" in found]
    links += re.findall(r"url\(#(\w+)\)", pages[of].decode())
    assert set(links) <= set(names)


@pytest.mark.parametrize("of", PAGES)
def test_every_drawing_is_named_and_every_figure_has_its_table(pages, read, of):
    page = read(pages[of])
    drawings = re.findall(
        r'<svg role="img"[^>]*>(?:<title>[^<]+</title><desc>[^<]+</desc>)?', pages[of].decode()
    )
    assert len(drawings) == page.count("desc") > 0
    assert all(each.endswith("</desc>") for each in drawings)
    figures = pages[of].decode().split("<figure")[1:]
    assert all("<table" in each.partition("</figure>")[0] for each in figures)


def test_the_contents_list_what_is_there_and_nothing_else(pages, read):
    for content in pages.values():
        page = read(content)
        contents = re.search(r"<nav.*?</nav>", content.decode(), re.DOTALL)[0]
        assert re.findall(r'href="#([\w-]+)"', contents) == page.sections()


def test_names_from_outside_are_escaped_and_cannot_hide(small, read):
    nasty = "</style><script>alert(1)</script>\x07\u202e"
    town = dataclasses.replace(small.scenario.towns[0], name=nasty)
    scenario = dataclasses.replace(
        small.scenario, name=nasty, towns=(town, *small.scenario.towns[1:]), summary=nasty
    )
    content = report(
        dataclasses.replace(
            small,
            scenario=scenario,
            title=nasty,
            name=nasty,
            overrides=(StoredOverride("--set", "a", one_line(nasty)),),
        )
    )
    page = read(content)
    assert page.count("script") == 0
    assert b"&lt;script&gt;" in content
    assert b"\x07" not in content


def test_parts_without_data_are_left_out(small):
    names = [section.name for section in page_of(small).sections]
    assert "comparison" not in names
    assert names[-1] == "limits"
    bare = dataclasses.replace(small, run=None, scenario=dataclasses.replace(small.scenario, parameters=()))
    assert [section.name for section in page_of(dataclasses.replace(bare, ensemble=None)).sections] == [
        "model",
        "provenance",
        "limits",
    ]
