"""What companies answer, and what is written to them and about them in the demo’s campaigns."""

# Answers to the survey, one after the other. Posts and corrections are filled from the company itself.
STORIES = (
    {"visits": "yes", "presents": "", "welcomes": "yes", "welcomes_posts": {}, "welcomes_months": [2, 3, 10],
     "recruits": "", "trains": "", "mixed_welcome": "yes", "knows_aid": ""},
    {"recruits": "yes", "recruits_posts": {}, "mixed_hiring": "yes", "trains": "", "welcomes": "",
     "visits": "", "presents": "", "knows_aid": "yes"},
    {"trains": "yes", "trains_posts": {}, "recruits": "", "welcomes": "yes", "welcomes_posts": {},
     "welcomes_months": [4, 5, 6], "visits": "", "presents": "", "knows_aid": ""},
    {"recruits": "", "trains": "", "welcomes": "", "visits": "", "presents": "", "knows_aid": "yes"},
    {"visits": "yes", "presents": "yes", "recruits": "", "trains": "", "welcomes": "", "knows_aid": ""},
    {"phone": "changed", "welcomes": "yes", "welcomes_posts": {}, "welcomes_months": [1, 2, 3], "recruits": "yes",
     "recruits_posts": {}, "mixed_hiring": "", "trains": "", "visits": "yes", "presents": "", "knows_aid": "yes"},
    {"recruits": "", "trains": "", "welcomes": "yes", "welcomes_posts": {}, "welcomes_months": [7, 8],
     "mixed_welcome": "yes", "visits": "", "presents": "", "knows_aid": ""},
    {"trains": "yes", "trains_posts": {}, "recruits": "", "welcomes": "", "visits": "", "presents": "yes",
     "knows_aid": "yes"},
)  # fmt: skip
COMMENTS = (
    "Nous préférons le mardi ou le jeudi, en dehors des périodes de pointe.",
    "",
    "L’atelier n’est pas accessible en bus : il faut pouvoir venir à vélo ou en voiture.",
    "Six jeunes au plus à la fois, pour que chacun puisse toucher.",
    "",
)
# Calls that followed an answer.
CALLS = (
    "A répondu à l’enquête : nous avons précisé le poste et la période. Profils envoyés dans la semaine.",
    "Merci pour la réponse. Prête à recevoir un jeune pour commencer, on voit ensuite.",
    "Besoin confirmé. Elle veut d’abord rencontrer le jeune, sans engagement.",
    "Nous avons fixé une visite pour préparer l’accueil avec le tuteur.",
)
# What was noted of a call of the list, by its outcome.
CALL_NOTES = {
    "message": "Laissé à la personne à l’accueil, plutôt le matin.",
    "call_back": "En déplacement cette semaine.",
    "interested": "A retrouvé le message, répondra ce soir.",
    "commits": "Préfère répondre de vive voix.",
    "refuses": "Pas cette année : l’équipe vient de changer.",
}
HELD = ("Je la vois jeudi, je lui en parle de vive voix.", "En plein déménagement : pas avant le mois prochain.")

FIRST_LETTER = {
    "subject": "{entreprise} : ouvrir sa porte aux jeunes d’ici",
    "headline": "Quatre façons d’aider un jeune à trouver sa place",
    "body": """\
{civilite},

Une visite, quelques jours en immersion, une alternance, un emploi : chaque entreprise peut ouvrir une porte, à sa \
mesure. Nous cherchons celles qui veulent bien essayer avec nous.

Dites-nous avant le {date_reponse} ce que {entreprise} pourrait proposer, cela prend trois minutes : {lien}.

{conseiller} reprendra contact avec vous dans la semaine qui suit votre réponse.""",
    "closing": "Merci de votre attention,",
}
FIRST_LETTER_MENDED = {
    "headline": "Quatre portes qu’une entreprise peut ouvrir à un jeune",
    "closing": "Merci de votre attention, et à bientôt,",
}
