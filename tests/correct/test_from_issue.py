"""`csea correct from-issue`: the form's answers become a correction file, or plain problems."""

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from csea.cli.proposing import from_issue as command
from csea.correct.issue import LABELS, MOST_CHARACTERS, read_answers
from csea.corrections import check_values, load_corrections, read_correction
from csea.proposals.asked import ACTIONS
from csea.proposals.issue import form_tables, from_issue

DAY = "20260131"
TICKED = "- [X] Yes"
CHANGE = {
    "what": "Change a cell",
    "table": "platforms (Platforms)",
    "key": "aim",
    "column": "launched",
    "value": "1996",
    "why": "The owner's page gives\nanother year.",
    "evidence": "https://example.org/history",
    "privacy": TICKED,
}
ROW = "platform_id: newone\nname: New One\nplatform_kind: social_network\nverified: search\nlaunched: 2020"
ADD = {**CHANGE, "what": "Add a row", "key": "", "column": "", "value": ROW}
REMOVE = {
    **CHANGE,
    "what": "Remove a row",
    "table": "platform_aliases (Aliases)",
    "key": "platform_id: aim\nalias: AIM",
    "column": "",
    "value": "",
}
MERGE = {**CHANGE, "what": "Merge two cases", "table": "None", "key": "c000003", "column": "", "value": "c000002"}


def body_of(answers):
    """What GitHub writes of a form."""
    return "\n\n".join(f"### {label}\n\n{answers.get(id_) or '_No response_'}" for id_, label in LABELS.items()) + "\n"


def run(project, answers):
    return from_issue(project, body_of(answers), DAY)


def told(project, **answers):
    found = run(project, {**CHANGE, **answers})
    assert found.correction is None
    return found.told()


def test_a_change_becomes_a_file_with_the_present_value(project):
    found = run(project, CHANGE)
    assert found.problems == []
    assert found.correction.id == "20260131-platforms-aim-launched"
    assert found.text == (
        "action: change\ntable: platforms\nkey: aim\ncolumn: launched\n"
        'present: "1997"\nvalue: "1996"\n'
        "why: The owner's page gives another year.\n"
        'evidence: "https://example.org/history"\n'
    )


def test_a_row_is_added_with_its_key_said_once_or_twice(project):
    once = run(project, ADD)
    assert once.correction.key == ("newone",)
    assert once.correction.row["launched"] == "2020"
    assert run(project, {**ADD, "key": "newone"}).text == once.text
    without = ROW.removeprefix("platform_id: newone\n")
    assert run(project, {**ADD, "key": "newone", "value": without}).text == once.text


def test_a_removed_row_is_filled_in_from_the_table(project):
    item = run(project, REMOVE).correction
    assert item.key == ("aim", "AIM")
    assert item.row == {"is_ambiguous": "true", "note": "also has another meaning; needs context"}


def test_a_row_that_is_all_key_is_known_by_its_key(project, root):
    release, conduct = (root / "data" / "release_conduct.csv").read_text().splitlines()[1].split(",")
    key = f"release_id: {release}\nconduct: {conduct}"
    item = run(project, {**REMOVE, "table": "release_conduct", "key": key}).correction
    assert item.row == {"release_id": release, "conduct": conduct}


@pytest.mark.parametrize(("goes", "stays"), [("c000003", "c000002"), ("c000002", "c000003")])
def test_of_merged_cases_the_older_stays(project, goes, stays):
    item = run(project, {**MERGE, "key": goes, "value": stays}).correction
    assert (item.action, item.key, item.value) == ("merge", ("c000003",), "c000002")


def test_an_answer_may_stand_in_a_fence_or_in_backticks_and_a_cell_be_emptied(project):
    answers = {**CHANGE, "key": "`aim`", "value": "```text\n(empty)\n```", "present": "1997"}
    item = run(project, answers).correction
    assert (item.present, item.value) == ("1997", "")
    assert told(project, value="```text\n\n```") == (
        "line 25, Right value: There is no right value. Fix: Write it, or (empty) for a cell that should be empty."
    )


def test_thanks_need_the_box(project):
    thanked = run(project, {**CHANGE, "credit": "A. Reader", "consent": TICKED})
    assert (thanked.correction.credit, thanked.is_unthanked) == ("A. Reader", False)
    unthanked = run(project, {**CHANGE, "credit": "A. Reader", "consent": "- [ ] Yes"})
    assert (unthanked.correction.credit, unthanked.is_unthanked) == ("", True)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"privacy": "- [ ] No"}, "Is the privacy of persons kept?: The box is not ticked."),
        ({"what": ""}, "Fix: Write one of: Change a cell, Add a row, Remove a row, Merge two cases."),
        ({"table": ""}, "No table is named."),
        ({"table": "platfroms"}, 'Did you mean "platforms"?'),
        ({"table": "cases"}, "Case facts follow from the releases of the case"),
        ({"key": "aimm"}, 'Did you mean "aim"?'),
        ({"column": "lunched"}, 'Did you mean "launched"?'),
        ({"column": "platform_id"}, "ids never change their meaning"),
        ({"present": "1990"}, "'1990': The table says \"1997\" now, not this."),
        ({"value": "1997"}, "The value is the present one."),
        ({"value": "soon"}, "'soon': The value is not a whole number."),
        ({"why": ""}, "Why is this right?: The part why is empty."),
        ({"why": "Jane Doe told a reader."}, "privacy.name"),
        ({"evidence": "see the library"}, "Address of a public page that shows it: 'see the library'"),
        ({"what": "Remove a row", "column": ""}, 'The answer says nothing to "Remove a row".'),
        ({**ADD, "value": "platform_id new"}, "The line is not `column: value`."),
        ({**ADD, "value": f"{ROW}\nname: Other"}, "name is given twice."),
        ({**ADD, "key": "other"}, "platform_id is another than in the answer on the row."),
        ({**ADD, "value": ROW.replace("newone", "aim")}, "The table platforms has this row already."),
        ({**ADD, "value": ROW.replace("launched", "lunched")}, 'Did you mean "launched"?'),
        ({**REMOVE, "key": "alias: AIM"}, "Write a line for each of: `platform_id: ...`, `alias: ...`."),
        ({**MERGE, "value": "c999999"}, "'c999999': There is no such case."),
        ({**MERGE, "value": "c000003"}, "Right value"),
        ({"table": "milestones", "key": "x", "column": "date_due_earliest", "value": "2020-01-01"}, "no such row"),
    ],
)
def test_problems_say_the_question_and_the_fix(project, answers, says):
    text = told(project, **answers)
    if says == "privacy.name":
        assert "may hold a person's name" in text and "Doe" not in text
        return
    assert says in text
    assert all(" Fix: " in line for line in text.splitlines())


def test_a_derived_column_says_what_to_correct(project, root):
    key = (root / "data" / "milestones.csv").read_text().splitlines()[1].split(",")[0]
    answers = {"table": "milestones", "key": key, "column": "date_due_earliest", "value": "2020-01-01"}
    assert "line 15, Column: No correction can be made to the column date_due_earliest. Fix: It follows" in told(
        project, **answers
    )


def test_another_correction_on_the_cell_is_named(project, copy, monkeypatch):
    path = copy / "data" / "corrections" / "2026" / "20260130-other.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(run(project, CHANGE).text)
    monkeypatch.setattr(project, "root", copy)
    assert "Another correction is on the same place" in told(project)


HOSTILE = {
    "a comment": "1996 <!-- table: cases -->",
    "a question in an answer": f"1996\n\n### {LABELS['table']}\n\ncases",
    "another heading": "1996\n\n### Something else\n\ncases",
    "an open fence": "```text\n1996",
    "fences in fences": "```\n" * 10_000,
    "lines without end": "a: b\n" * 10_000,
    "a document": "1996\n---\naction: remove",
    "a control character": "19\x0096",
    "a letter that turns the line": "19\u202e96",
    "lines": "1996\u20281997",
    "a tag": "!!python/object:os.system 1",
    "an anchor": "&a [*a, *a]",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_answers_are_problems(project, value):
    lines = told(project, value=value).split("\n")
    assert all(line.isprintable() and " Fix: " in line for line in lines)


def test_a_heading_in_an_answer_is_named(project):
    assert told(project, why=f"It is so.\n### {LABELS['credit']}\nno") == (
        'line 35: The question "Name to thank" stands twice, so an answer holds it too. Fix: Take it out of the answer.'
    )


def test_line_ends_of_windows_and_a_byte_order_mark_are_read(project):
    crlf = "\ufeff" + body_of(CHANGE).replace("\n", "\r\n")
    assert from_issue(project, crlf, DAY).text == run(project, CHANGE).text


def test_a_megabyte_is_refused_quickly(project):
    assert told(project, why="x" * 1_000_000).startswith("the issue: The issue has 1,000,")
    long = told(project, why="\\ " * (MOST_CHARACTERS // 2 - 1_000))
    assert "the issue" in long and len(long) < 1_000


def test_text_that_is_no_form_is_told_in_a_line_for_each_question(project):
    found = from_issue(project, "Please correct the launch year.", DAY)
    assert len(found.told().splitlines()) == len(LABELS)
    assert 'The question "Table" is missing. Fix: Write `### Table` and the answer below it.' in found.told()


# Whatever people type: right answers, wrong ones, other questions, markup, any character.
ANY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [*HOSTILE.values(), *LABELS.values(), "None", "(empty)", "```", "`", ":", "- [x] ", "a: b", "null"]
    ),
    st.lists(st.sampled_from(["name: x", "a:", ":", "- b: c", "launched: (empty)", "x" * 500])).map("\n".join),
)
FORMS = st.sampled_from([CHANGE, ADD, REMOVE, MERGE]).flatmap(
    lambda form: st.fixed_dictionaries(
        {id_: st.one_of(st.just(form.get(id_, "")), st.just(form.get(id_, "")), ANY) for id_ in LABELS}
    )
)


@settings(max_examples=50)
@given(FORMS)
def test_any_answers_give_a_valid_file_or_problems(project, tmp_path_factory, answers):
    found = run(project, answers)
    assert (found.correction is None) == bool(found.problems)
    assert all(line.isprintable() for line in found.told().split("\n"))
    if found.correction is None:
        assert found.told()
        return
    folder = tmp_path_factory.mktemp("root")
    path = folder / "data" / "corrections" / "2026" / f"{found.correction.id}.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(found.text.encode())
    assert load_corrections(folder, project.tables)[1] == []
    read, problems = read_correction(path, path.name, project.tables)
    assert problems == [] and check_values([read], project.tables) == []


@settings(max_examples=120)
@given(st.one_of(st.text(), FORMS.map(body_of), FORMS.map(lambda form: body_of(form).replace("\n", "\r\n"))))
def test_any_text_is_read_or_refused(body):
    answers, problems = read_answers(body, "the issue")
    assert problems or set(answers) == set(LABELS)
    assert all(0 <= problem.line <= body.count("\n") + 1 for problem in problems)


def test_the_command_prints_writes_and_never_overwrites(copy):
    def call(*arguments, answers=CHANGE):
        return CliRunner().invoke(command, arguments, obj=copy, input=body_of(answers).encode())

    printed = call("--date", "2026-01-31")
    path = "data/corrections/2026/20260131-platforms-aim-launched.yaml"
    assert (printed.exit_code, printed.stderr) == (0, f"{path}\n")
    written = call("-", "--date", "2026-01-31", "--write")
    assert written.output == f"Wrote {path}. See what it does: csea correct preview {path}\n"
    assert (copy / path).read_text() == printed.stdout
    again = call("--date", "2026-01-31", "--write")
    assert again.exit_code == 1 and "Another correction is on the same place" in again.output
    other = call("--date", "2026-01-31", "--write", answers={**CHANGE, "column": "closed"})
    assert other.exit_code == 0
    assert sorted(item.name for item in (copy / path).parent.iterdir()) == [
        "20260131-platforms-aim-closed.yaml",
        "20260131-platforms-aim-launched.yaml",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"\xff\xfe", "It is not UTF-8 text."),
        ("\u20ac".encode() * 400_000, "GitHub lets it have 65,536"),
        (b"", "is missing"),
    ],
)
def test_the_command_refuses_what_is_no_issue(root, given, says):
    done = CliRunner().invoke(command, [], obj=root, input=given)
    assert done.exit_code == 1 and says in done.stderr and done.stdout == ""


def test_the_form_asks_what_is_read(root, schemas):
    form = yaml.safe_load((root / ".github" / "ISSUE_TEMPLATE" / "correction.yml").read_text())
    questions = {item["id"]: item["attributes"] for item in form["body"] if "id" in item}
    assert {id_: item["label"] for id_, item in questions.items()} == LABELS
    assert questions["what"]["options"] == list(ACTIONS)
    assert questions["table"]["options"] == form_tables(schemas), "list the tables of form_tables() in the form"
    privacy = next(item for item in form["body"] if item.get("id") == "privacy")
    assert [option["required"] for option in privacy["attributes"]["options"]] == [True]
    assert "Never name a suspect, a victim, a relative" in form["body"][0]["attributes"]["value"]
