from campaigns.commitments import (
    asked,
    changed_questions,
    drafts_of,
    marks_of,
    posts_apart,
    said_of,
    same_answer,
)
from core.french import MONTHS
from core.phases import Phase, SolutionKind

FULL = {
    "recruits": "yes",
    "recruits_posts": {"text": "maçon, coffreur", "codes": []},
    "trains": "no",
    "trains_posts": {"text": "carreleur", "codes": []},
    "mixed_hiring": "yes",
    "knows_aid": "no",
    "welcomes": "yes",
    "welcomes_posts": {"text": "charpentier", "codes": []},
    "welcomes_months": [10, 4],
    "mixed_welcome": "",
    "visits": "yes",
    "presents": "no",
}


def test_each_yes_is_a_draft_in_its_phase():
    drafts = drafts_of(FULL)
    assert [(draft.phase, draft.kind, draft.title) for draft in drafts] == [
        (Phase.DISCOVERY, SolutionKind.COMPANY_VISIT, "Visite de l’entreprise"),
        (Phase.VALIDATION, SolutionKind.IMMERSION_DISCOVER, "Immersion\u00a0: charpentier"),
        (Phase.JOB, SolutionKind.OTHER_JOB, "Recrutement\u00a0: maçon, coffreur"),
    ]
    assert drafts[1].months == (4, 10)
    assert drafts[2].words == ("maçon", "coffreur")
    assert [draft.is_open_to_all for draft in drafts] == [False, False, True]


def test_a_no_and_a_question_passed_commit_to_nothing():
    assert drafts_of({"recruits": "no", "trains": ""}) == []
    assert drafts_of({}) == []


def test_a_long_list_of_posts_still_makes_a_title():
    values = {"recruits": "yes", "recruits_posts": {"text": "soudeur " * 60, "codes": []}}
    assert len(drafts_of(values)[0].title) == 150


def test_what_hangs_on_a_yes_goes_with_it():
    assert "trains_posts" not in asked(FULL)
    assert "recruits_posts" in asked(FULL)


def test_posts_are_told_apart():
    said = "Maçon / coffreur;\n- Grutier et aide-maçon, maçon, CE"
    assert posts_apart(said) == ("Maçon", "coffreur", "Grutier", "aide-maçon", "maçon")
    assert posts_apart(" , ; ") == ()


def test_marks_say_what_was_said_and_nothing_else():
    assert marks_of(FULL) == {"recruits_all": True, "knows_aid": False}


def test_the_same_answer_is_recognised():
    assert same_answer(FULL, {**FULL, "trains_posts": {"text": "autre", "codes": []}, "mixed_welcome": None})
    assert not same_answer(FULL, {**FULL, "welcomes_months": [4]})
    assert changed_questions(FULL, {**FULL, "visits": "no", "recruits": "no"}) == [
        "recruits",
        "recruits_posts",
        "visits",
    ]


def test_an_answer_reads_as_it_was_said():
    words = {"months": MONTHS, "sectors": {"construction": "BTP"}}
    assert said_of("welcomes_months", [4, 10], **words) == "avril, octobre"
    assert said_of("recruits", "yes", **words) == "Oui"
    assert said_of("recruits_posts", {"text": "maçon", "codes": []}, **words) == "maçon"
    assert said_of("sector", "construction", **words) == "BTP"
    assert said_of("visits", "", **words) == ""
