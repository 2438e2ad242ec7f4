"""The commands on the coding, as a person meets them: words, exit codes, what is saved, and what survives a kill."""

import csv
import json
import os
import signal
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

from caches import own_cache
from csea.cli import cli
from csea.code.keys import release_key
from csea.io import csv_bytes
from csea.project import Project
from csea.rooms import ordered
from invented import PLEA, SENTENCE, TAXES, fill_archive, write_found

KEY = release_key(PLEA["url"], PLEA["uuid"])
OTHER = release_key(SENTENCE["url"], SENTENCE["uuid"])
ENTERS = "\n" * 20


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path_factory):
    """A cache for this test alone."""
    folder = own_cache(tmp_path_factory.mktemp("cache"))
    monkeypatch.setenv("CSEA_CACHE", str(folder))
    return folder


@pytest.fixture
def read(copy, root):
    """A project whose archive holds three invented releases, two of them in scope and coded."""
    fill_archive(root)
    write_found(copy, Project.read(root).inputs)
    return copy


def type_in(root, words, *arguments):
    """`csea review` with these words typed."""
    return CliRunner().invoke(cli, ["--root", str(root), "review", *arguments], input=words)


def rows(root, name):
    with (root / "data" / "inputs" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def labelled(folder, *lines):
    path = folder / "labelled.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


ROW = {
    "id": "one",
    "title": "Lexington Man Pleads Guilty to Enticement of a Minor",
    "text": "LEXINGTON, Ky. - A man pleaded guilty today to enticing a minor. He used Kik.",
    "codes": {"release_kind": "plea", "is_criminal_case": "true", "platform_roles": "kik=used", "psc": "true"},
}


def test_evaluate_prints_scores_and_every_disagreement(csea, tmp_path):
    result = csea("evaluate", labelled(tmp_path, ROW))
    assert result.code == 0
    scores = {line.split()[0]: line.split()[1:] for line in result.out.splitlines() if line.startswith(("rel", "proj"))}
    assert scores["release_kind"] == ["1.000", "1.000", "1.000", "1.000", "1"]
    assert scores["project_safe_childhood"] == ["-", "0.000", "0.000", "0.000", "1"]
    assert "one, project_safe_childhood: labelled true, coded false" in result.out


def test_evaluate_for_machines_and_of_one_variable(csea, tmp_path):
    found = json.loads(csea("evaluate", labelled(tmp_path, ROW), "--variable", "psc", "--json").out)
    assert list(found["scores"]) == ["project_safe_childhood"]
    assert found["disagreements"][0]["labelled"] == "true"


@pytest.mark.parametrize(
    "line, words",
    [
        ("{", "line 2 is not JSON"),
        ({"text": "x"}, "line 2 needs"),
        ({"text": "x", "codes": {"n_suspects": 1}}, 'line 2: n_suspects is 1. Write it as text, such as "1"'),
        ({"text": "x", "title": 5, "codes": {}}, "line 2: title is 5"),
    ],
)
def test_evaluate_names_the_line_of_a_file_that_is_not_of_the_form(csea, tmp_path, line, words):
    result = csea("evaluate", labelled(tmp_path, ROW, line))
    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert words in result.err


def test_evaluate_needs_rows_and_known_variables(csea, tmp_path):
    assert "holds no rows" in csea("evaluate", labelled(tmp_path, "")).err
    assert "codes none of the variables" in csea("evaluate", labelled(tmp_path, {"text": "x", "codes": {"x": "y"}})).err
    result = csea("evaluate", labelled(tmp_path, ROW), "--variable", "orign")
    assert result.code == 2
    assert 'Did you mean "origin"?' in result.err


def test_explain_prints_each_fact_with_its_sentence(csea, read):
    result = csea("--root", read, "explain", PLEA["url"])
    assert result.code == 0
    assert "kik=used" in result.out
    assert "He used [[Kik]] to send messages" in result.out
    assert "Not in the published tables; `csea build` takes it in." in result.out


def test_explain_for_machines(csea, read):
    found = json.loads(csea("--root", read, "explain", PLEA["uuid"], "--json").out)
    fact = next(fact for fact in found["facts"] if fact["variable"] == "platform")
    assert fact["sentence"][fact["start"] : fact["end"]] == "Kik"


def test_explain_of_a_release_out_of_scope(csea, read):
    result = csea("--root", read, "explain", TAXES["url"])
    assert result.code == 0
    assert "Out of scope" in result.out


def test_explain_can_print_the_text_and_code_it_from_a_file(csea, read, tmp_path_factory):
    text = csea("--root", read, "explain", PLEA["url"], "--text").out
    path = tmp_path_factory.mktemp("text") / "release.txt"
    path.write_text(text, encoding="utf-8")
    of_file = json.loads(csea("explain", "--file", path, "--json").out)
    of_archive = json.loads(csea("--root", read, "explain", PLEA["url"], "--json").out)
    places = ("place", "state")  # these also rest on the office, which a file does not tell
    assert [f for f in of_file["facts"] if f["variable"] not in places] == [
        f for f in of_archive["facts"] if f["variable"] not in places
    ]


def test_explain_says_what_the_archive_does_not_hold(csea, read):
    result = csea("--root", read, "explain", "r0000001")
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "The archive does not hold r0000001" in result.err


@pytest.mark.parametrize("arguments", [(), ("r0000001", "--file", __file__)])
def test_explain_takes_a_release_or_a_file(csea, arguments):
    assert csea("explain", *arguments).code == 2


@pytest.mark.parametrize(
    "command", [("explain", "r0000001"), ("verify-evidence",), ("review", "--release", "r0000001")]
)
def test_without_an_archive_it_is_said_how_to_get_one(csea, command):
    result = csea(*command)
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "`csea collect`" in result.err


def test_verify_evidence_passes_what_coding_wrote(csea, read):
    result = csea("--root", read, "verify-evidence", "--strict")
    assert result.code == 0
    assert "codings of 2 releases have their evidence." in result.out


def test_verify_evidence_ends_with_1_on_a_wrong_span(csea, read):
    path = read / "data" / "machine" / "found_codings.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:-1], lines[-1].replace(lines[-1].split(",")[6], "0" * 64)]), encoding="utf-8")
    result = csea("--root", read, "verify-evidence")
    assert result.code == 1
    assert f"data/machine/found_codings.csv:{len(lines)}" in result.err


def test_verify_evidence_for_machines_and_quiet(csea, read):
    found = json.loads(csea("--root", read, "verify-evidence", "--json").out)
    assert (found["n_releases"], found["n_wrong"], found["n_unchecked"]) == (2, 0, 0)
    assert csea("--root", read, "verify-evidence", "--quiet").out == ""


def test_a_review_is_saved_release_by_release(read):
    result = type_in(read, f"{ENTERS[:12]}q\n", "--by", "newest")
    assert result.exit_code == 0, result.output
    saved = rows(read, "reviews")
    assert {row["key_sha256"] for row in saved} == {OTHER}
    assert {row["coder"] for row in saved} == {"human"}
    assert {(row["coded_value"], row["is_blind"]) for row in saved if row["variable"] == "platform"} == {
        ("discord=used", "false")
    }


def test_a_reviewed_file_passes_the_check_and_is_canonical(csea, read):
    type_in(read, ENTERS * 2)
    assert len({row["key_sha256"] for row in rows(read, "reviews")}) == 2
    result = csea("--root", read, "fmt", "--dry-run")
    assert "reviews.csv" not in result.out + result.err


def test_what_was_reviewed_is_not_asked_again(read):
    type_in(read, ENTERS * 2)
    assert "nothing to review" in type_in(read, "").output


def test_one_release_can_be_reviewed_again_and_the_new_coding_stands_alone(read):
    for kind in ("plea", "charge"):
        assert type_in(read, f"{kind}\n{ENTERS}", "--release", PLEA["url"]).exit_code == 0
    kinds = [row["coded_value"] for row in rows(read, "reviews") if row["variable"] == "release_kind"]
    assert kinds == ["charge"]


def test_a_second_person_codes_blind_what_the_first_has_coded(read):
    assert "nothing to review" not in type_in(read, "", "--second", "--dry-run").output  # coded by hand
    type_in(read, ENTERS, "--release", PLEA["url"])
    blind = "plea\ny\nkik=used\ngrooming\npublic_tip\n1\nLexington\nKY\nnone\ny\n"
    result = type_in(read, blind, "--second")
    assert "[[" not in result.output
    seconds = [row for row in rows(read, "reviews") if row["coder"] == "second_human"]
    assert {(row["key_sha256"], row["is_blind"]) for row in seconds} == {(KEY, "true")}


def test_a_dry_run_lists_what_would_be_asked_and_writes_nothing(read):
    before = (read / "data" / "inputs" / "reviews.csv").read_bytes()
    result = type_in(read, "", "--dry-run", "--by", "newest")
    assert [line.split()[1] for line in result.output.splitlines()] == ["2020-03-04", "2019-05-06"]
    assert (read / "data" / "inputs" / "reviews.csv").read_bytes() == before


def test_a_release_that_is_in_no_table_is_not_reviewed(csea, read):
    result = csea("--root", read, "review", "--release", TAXES["url"])
    assert result.code == 2
    assert "not among the releases of the tables" in result.err


def test_pairs_are_decided_and_saved(read, project):
    pair = {"left_key": min(KEY, OTHER), "right_key": max(KEY, OTHER), "score": "0.5", "reason": "two courts"}
    path = read / "data" / "machine" / "unsure_pairs.csv"
    path.write_bytes(csv_bytes(ordered(pd.DataFrame([pair], dtype="str"), project.inputs["unsure_pairs"])))
    result = type_in(read, "n\n", "--pairs")
    assert "two courts" in result.output
    assert [(row["left_key"], row["is_same_case"]) for row in rows(read, "pair_decisions")] == [
        (pair["left_key"], "false")
    ]
    assert "nothing to review" in type_in(read, "", "--pairs").output


def test_a_damaged_file_is_named_and_left_alone(csea, read):
    path = read / "data" / "inputs" / "reviews.csv"
    path.write_text(path.read_text(encoding="utf-8") + "half a row\n", encoding="utf-8")
    before = path.read_bytes()
    result = csea("--root", read, "review")
    assert result.code == 1
    assert "data/inputs/reviews.csv:2" in result.err
    assert path.read_bytes() == before


def hear_ctrl_c():
    """Let the process hear Ctrl-C also where the tests run in the background, with SIGINT ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("stop", [signal.SIGKILL])
def test_what_was_answered_outlives_a_kill(read, cache, stop):
    environment = {**os.environ, "CSEA_CACHE": str(cache), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "csea.cli", "--root", str(read), "review"]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    started = subprocess.Popen(command, env=environment, text=True, preexec_fn=hear_ctrl_c, **pipes)
    started.stdin.write(ENTERS[:12])  # as many questions as the longer one has
    started.stdin.flush()
    for line in started.stdout:
        if "Saved." in line:
            break
    started.send_signal(stop)
    _, err = started.communicate(timeout=120)
    assert "Traceback" not in err
    assert len({row["key_sha256"] for row in rows(read, "reviews")}) == 1


def test_a_persons_coding_wins_and_both_stand_in_the_tables(csea, read):
    """From the archive to the published tables: read, reviewed, built, verified, explained."""
    assert csea("--root", read, "build", "--quiet").code == 0
    blind = "plea\ny\nkik=used\ngrooming\nundercover\n1\nLexington\nKY\nnone\ny\n"
    assert type_in(read, blind, "--release", PLEA["url"], "--blind").exit_code == 0
    built = csea("--root", read, "build", "--quiet")
    assert built.code == 0, built.err  # the first answers fill more of agreement.csv than its bounds expect: a warning
    releases = pd.read_csv(read / "data" / "releases.csv", dtype="str", keep_default_na=False)
    (release,) = releases[releases["url"] == PLEA["url"]].to_dict("records")
    assert (release["origin"], release["coding_method"]) == ("undercover", "machine_reviewed")
    codings = pd.read_csv(read / "data" / "codings.csv", dtype="str", keep_default_na=False)
    own = codings[(codings["release_id"] == release["release_id"]) & (codings["variable"] == "origin")]
    values = dict(zip(own["coder"], own["coded_value"], strict=True))
    assert values.keys() == {"human", "machine"}
    assert values["human"] == "undercover" != values["machine"]
    agreement = pd.read_csv(read / "data" / "agreement.csv", dtype="str", keep_default_na=False)
    (row,) = agreement[(agreement["variable"] == "origin") & (agreement["coder_pair"] == "machine_human")].to_dict(
        "records"
    )
    assert (row["n_compared"], row["percent_agreement"]) == ("1", "0")
    assert "| `origin` | 1 | 0 |" in (read / "docs" / "quality.md").read_text(encoding="utf-8")
    assert csea("--root", read, "verify-evidence", "--strict", "--quiet").code == 0
    shown = csea("--root", read, "explain", release["release_id"]).out
    assert "origin: undercover (human)" in shown
    assert f"Case {release['case_id']}" in shown
