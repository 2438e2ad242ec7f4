"""Docket numbers and defendants are found in the department's wording; officials and look-alike numbers are not."""

import pytest

from csea.code.identity import find_identity


def names(sentence, title="A Release"):
    return find_identity(f"{title}\n{sentence}").defendants


def dockets(sentence):
    return find_identity(f"A Release\n{sentence}").dockets


class TestDockets:
    @pytest.mark.parametrize(
        ("written", "docket"),
        [
            ("1:19-cr-00123-ABC", "1:19-cr-00123"),
            ("1:19-CR-123", "1:19-cr-00123"),
            ("4:19CR00123 RLW", "4:19-cr-00123"),
            ("Docket No. 19-cr-10123-DPW", "19-cr-10123"),
            ("Case No. 2019-cr-123", "19-cr-00123"),
            ("S1 19 Cr. 123 (ABC)", "19-cr-00123"),
            ("CR19-0123-RSL", "19-cr-00123"),
            ("CR-19-123-ABC", "19-cr-00123"),
            ("Cr. No. 19-123", "19-cr-00123"),
            ("Criminal No. 3:19-123", "3:19-cr-00123"),
            ("Criminal Action No. 19-123", "19-cr-00123"),
            ("Case Number: 19-20123", "19-cr-20123"),
            ("Case # 19-20123", "19-cr-20123"),
            ("2:19-mj-00045", "2:19-mj-00045"),
            ("19 Mag. 4567", "19-mj-04567"),
            ("No. 1:19–cr–00123", "1:19-cr-00123"),
        ],
    )
    def test_form_is_read(self, written, docket):
        assert dockets(f"The case is {written}.") == [docket]

    @pytest.mark.parametrize(
        "written",
        [
            "18 U.S.C. § 2252A(a)(5)",
            "Press Release Number: 19-123",
            "617-748-3100",
            "(202) 514-2007",
            "Title 18, Section 2422",
            "in this case 10-15 years in prison",
            "Civil Action No. 1:19-cv-00123",
            "from 2015-2019",
            "H.R. 19-123",
        ],
    )
    def test_look_alike_is_none(self, written):
        assert dockets(f"See {written} for more.") == []

    def test_number_given_twice_is_one(self):
        assert dockets("Case No. 19-cr-123 is 19-CR-00123.") == ["19-cr-00123"]


class TestDefendants:
    @pytest.mark.parametrize(
        "sentence",
        [
            "Jovin Q. Marlin, 34, of Ostley, Mass., was sentenced today.",
            "OSTLEY, Mass. – Jovin Marlin, 34, of Ostley, was charged.",
            "JOVIN Q. MARLIN, 34, of Ostley, was charged today.",
            "JOVIN MARLIN, a/k/a “Slim,” was charged today.",
            "Jovin “Slim” Marlin, 34, pleaded guilty.",
            "Jovin Marlin, Jr., age 34, of Ostley, pled guilty.",
            "Jovin Marlin (34) of Ostley pleaded guilty.",
            "Jovin Marlin, a 34-year-old teacher, was arrested.",
            "The jury convicted 34-year-old Jovin Marlin of Ostley.",
            "Jovin Marlin, of Ostley, pleaded guilty today.",
            "Jovin Marlin of Ostley, Ohio, was indicted.",
            "Jovin Marlin, a former coach at the Hill School in Ostley, N.J., was sentenced.",
            "Former Ostley Police Officer Jovin Marlin, 34, was charged.",
            "Ostley resident Jovin Marlin, 34, admitted the charge.",
            "The complaint charges Jovin Marlin with enticement.",
            "A federal grand jury indicted Jovin Marlin.",
            "Judge Alan Fenwell sentenced Jovin Marlin to ten years.",
            "The case is United States v. Jovin Marlin.",
            "According to court documents, Jovin Marlin used Kik.",
            "Defendant Jovin Marlin appeared before Judge Fenwell.",
            "Jovin Márlin, 34, was sentenced.",
            "Those charged are:\nJovin Marlin, 34, of Ostley",
            "Name | Age | Town\nJovin Marlin | 34 | Ostley",
        ],
    )
    def test_suspect_is_found(self, sentence):
        assert names(sentence) == ["jovin marlin"]

    @pytest.mark.parametrize(
        "sentence",
        [
            "U.S. Attorney Jovin Marlin announced the sentence.",
            "Jovin Marlin, United States Attorney for the District of Ohio, announced it.",
            "Acting U.S. Attorney Jovin Marlin said so.",
            "Special Agent in Charge Jovin Marlin of the FBI thanked the police.",
            "U.S. District Judge Jovin Marlin is scheduled to sentence him.",
            "Magistrate Judge Jovin Marlin ordered detention.",
            "Assistant U.S. Attorneys Jovin Marlin and Dalen Corgan are prosecuting.",
            "The case is being prosecuted by Jovin Marlin of the Criminal Division.",
            "“This is serious,” said Jovin Marlin.",
            "Ostley Police Chief Jovin Marlin was pleased.",
            "Sheriff Jovin Marlin appeared before the press.",
            "Jovin Marlin, Special Agent in Charge of the FBI, was ordered to Boston.",
            "He was represented by attorney Jovin Marlin.",
            "The victim, Jovin Marlin, 25, was found safe.",
            "Jovin Marlin, 14, was met at a park.",
            "He wrote to Jane Doe, who was charged nothing.",
            "Project Safe Childhood was launched in May 2006.",
            "Homeland Security Investigations arrested a man.",
            "The National Center for Missing and Exploited Children received a report.",
            "An Alder Falls man, 34, was sentenced.",
            "BOSTON – A man was charged today.",
            "On Tuesday, June 12, 2018, a man was charged.",
        ],
    )
    def test_other_person_or_place_is_none(self, sentence):
        assert names(sentence) == []

    def test_all_of_a_list_with_ages(self):
        sentence = "Jovin Marlin, 34, Dalen Corgan, 29, and Milen Kelsel, 51, all of Ostley, were charged."
        assert names(sentence) == ["jovin marlin", "dalen corgan", "milen kelsel"]

    def test_all_of_a_list_without_ages(self):
        assert names("Jovin Marlin, Dalen Corgan and Milen Kelsel were indicted.") == [
            "jovin marlin",
            "dalen corgan",
            "milen kelsel",
        ]

    def test_two_after_charges(self):
        assert names("The indictment charges Jovin Marlin and Dalen Corgan.") == ["jovin marlin", "dalen corgan"]

    def test_surname_with_age_gets_the_name_from_elsewhere(self):
        assert names("In 2017, JOVIN MARLIN met others. Marlin, 34, was sentenced.") == ["jovin marlin"]

    def test_surname_alone_stays_a_surname(self):
        assert names("Marlin, 34, was sentenced.") == ["marlin"]

    def test_surname_repeated_is_no_second_defendant(self):
        assert names("Jovin Marlin, 34, was charged. Marlin, 34, of Ostley, used Kik.") == ["jovin marlin"]

    def test_title_counts_where_the_body_knows_the_surname(self):
        assert names("A coach was sentenced. Marlin had used Kik.", "Coach Jovin Marlin Sentenced") == ["jovin marlin"]

    def test_title_without_a_name_gives_none(self):
        assert names("A man was sentenced to ten years.", "Alder Falls Pediatrician Sentenced to Ten Years") == []

    def test_hyphen_parts_a_surname_in_two_words(self):
        assert names("Jovin Marlin-Corgan, 34, was sentenced.") == ["jovin marlin corgan"]

    def test_hyphenated_surname_alone_is_no_second_defendant(self):
        assert names("Jovin Marlin-Corgan, 34, was sentenced. Marlin-Corgan was charged.") == ["jovin marlin corgan"]

    def test_particle_stays(self):
        assert names("Luden de la Corz, 34, was sentenced.") == ["luden de la corz"]

    def test_initials_that_are_also_words_are_left_out(self):
        assert names("Mina A. Pellafex, 30, was sentenced.") == ["mina pellafex"]
