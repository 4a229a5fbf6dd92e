"""The texts a structure starts with: ours, to be made one's own. Pure.

A structure gets them once, as the first version of four templates; changing them here changes nobody's letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.enums import LetterKind


@dataclass(frozen=True)
class DefaultLetter:
    name: str
    subject: str
    headline: str
    body: str
    closing: str = "Avec nos salutations les meilleures,"


_PACT = DefaultLetter(
    name="Pacte avec les entreprises",
    subject="{entreprise} et les jeunes de notre territoire\u00a0: un pacte en quatre gestes",
    headline="Ouvrons ensemble des portes aux jeunes d’ici",
    body="""\
{civilite},

Merci de prendre un instant pour les jeunes d’ici. Aujourd’hui, {entreprises_du_reseau} entreprises travaillent avec \
nous. Depuis un an, {jeunes_en_emploi} jeunes ont commencé un contrat\u00a0: derrière chacun, il y a quelqu’un qui a \
ouvert sa porte.

Un jeune ne passe pas d’un coup de l’envie au métier. Nous vous proposons donc un pacte qui le suit pas à pas, dans \
lequel vous prenez ce qui vous convient\u00a0:

- Découverte\u00a0: faire visiter votre entreprise, ou raconter votre métier\u202f;
- Validation\u00a0: accueillir quelques jours un jeune en immersion, pour qu’il confirme son projet\u202f;
- Alternance\u00a0: former chez vous la personne dont vous aurez besoin\u202f;
- Emploi\u00a0: recruter un jeune que nous vous aurons présenté.

Vous y gagnez des candidats qui ont choisi votre métier, des départs en retraite préparés, un savoir-faire transmis, \
des équipes plus mêlées et moins de contrats rompus avant leur terme. Une entreprise qui accueille des jeunes se fait \
aussi connaître.

Engagez-vous à la mesure de vos moyens\u00a0: une heure compte déjà. Quelques questions, trois minutes, avant le \
{date_reponse}\u00a0: {lien}.

Ensuite, {conseiller} vous rappelle, précise avec vous ce que vous cherchez, vous présente des jeunes, vous dit les \
aides possibles et reste à vos côtés après l’arrivée.""",
)
_UNOPENED = DefaultLetter(
    name="Relance, lien jamais ouvert",
    subject="{entreprise}, trois minutes pour les jeunes d’ici",
    headline="Notre message vous a peut-être échappé",
    body="""\
{civilite},

Nous vous avons écrit pour savoir ce que {entreprise} pourrait ouvrir à des jeunes\u00a0: une visite, quelques jours \
d’immersion, une alternance, un emploi. Vous recevez beaucoup de messages, celui-ci a pu passer inaperçu.

L’enquête tient en trois minutes, sur un téléphone aussi, jusqu’au {date_reponse}\u00a0: {lien}.

Et si ce n’est pas le moment, dites-le d’un clic sur la même page\u00a0: nous ne vous relancerons plus.""",
)
_BEGUN = DefaultLetter(
    name="Relance, réponse commencée",
    subject="{entreprise}, votre réponse est presque prête",
    headline="Votre réponse vous attend là où vous l’avez laissée",
    body="""\
{civilite},

Vous avez commencé à répondre à notre enquête, merci. Ce que vous avez écrit est gardé\u00a0: il reste à finir et à \
envoyer, avant le {date_reponse}\u00a0: {lien}.

Une question vous arrête\u202f? Passez-la, ou parlez-en à {conseiller}\u00a0: {conseiller_telephone}.""",
)
_UNANSWERED = DefaultLetter(
    name="Relance, ouvert sans réponse",
    subject="{entreprise}, une réponse même partielle nous aide",
    headline="Un oui, un non, un peut-être\u00a0: tout nous aide",
    body="""\
{civilite},

Vous avez ouvert notre enquête sans y répondre. Peut-être hésitez-vous à vous engager\u00a0: rien n’est définitif, et \
{conseiller} vous appelle avant toute décision.

Un seul oui suffit, même pour plus tard dans l’année. Vous pouvez aussi répondre que vous ne souhaitez pas \
participer. Jusqu’au {date_reponse}\u00a0: {lien}.""",
)
DEFAULT_LETTERS: Mapping[str, DefaultLetter] = {
    LetterKind.LETTER: _PACT,
    LetterKind.UNOPENED: _UNOPENED,
    LetterKind.BEGUN: _BEGUN,
    LetterKind.UNANSWERED: _UNANSWERED,
}
