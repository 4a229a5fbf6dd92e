"""What advisers write.

Slots: {craft} (« une immersion en … »), {of_craft} (« d’électricité »), {who} (a contact), {month}, {of_month}, {year},
{family}, {at_city}, {number} (of people at work).
"""

from companies.enums import Sector

TAGS = (
    "Job dating",
    "Accueille des mineurs",
    "Atelier accessible",
    "Réunion d’information",
    "Logement possible",
    "Prête un véhicule",
    "Sans permis",
    "Charte signée",
    "À remercier",
    "Clauses sociales",
)

WATCH_REASONS = (
    "Fermée pour travaux jusqu’au printemps",
    "Départ à la retraite du gérant, reprise en cours",
    "Demande à ne plus être appelée avant l’an prochain",
    "Plus d’activité depuis l’été",
    "Deux accueils qui se sont mal passés : laisser passer du temps",
    "Redressement en cours",
)

HISTORY = (
    "Fondée en {year} par M. {family}, reprise par ses enfants il y a une dizaine d’années.",
    "Créée en {year} {at_city}. A toujours formé des jeunes du pays, sauf pendant la crise de 2020.",
    "Reprise en {year} par une ancienne salariée, qui y avait fait son apprentissage.",
    "Installée {at_city} depuis {year}. L’équipe a doublé en cinq ans.",
    "Ouverte en {year}. Le premier jeune accueilli par notre intermédiaire y travaille encore.",
    "Maison ancienne ({year}), connue de tout le canton. Deux déménagements, jamais bien loin.",
)
# For a handful of people, for a team, for a public body.
SMALL_ORGANISATION = (
    "Le gérant fait tout le matin ; le soir, il est au bureau et répond au téléphone.",
    "Petite équipe soudée, tout le monde déjeune ensemble.",
    "Chacun sait tout faire. Les horaires sont fixés le jeudi pour la semaine suivante.",
)
ORGANISATION = (
    "Un chef d’équipe par métier ; les horaires sont fixés le jeudi pour la semaine suivante.",
    "Deux équipes, matin et après-midi. Les ressources humaines sont au siège, les choix se font sur place.",
    "Une responsable d’exploitation, une secrétaire à mi-temps, le reste sur le terrain.",
)
PUBLIC_ORGANISATION = (
    "La direction décide, l’élue chargée du personnel donne son accord en commission.",
    "Trois services, un responsable chacun. Le recrutement passe par une annonce, l’accueil non.",
)
WAYS = (
    "Prend le temps d’expliquer : une semaine avec chaque salarié avant de laisser seul.",
    "Commence tôt et finit tôt. La ponctualité compte plus que l’expérience.",
    "Le tutorat est confié à la même personne depuis des années ; elle sait y faire.",
    "Travail à deux la plupart du temps, jamais seul les premiers mois.",
    "Beaucoup d’oral, peu d’écrit. Un tableau dans l’entrée donne le programme de la semaine.",
)
COMING = (
    "Deux départs en retraite d’ici dix-huit mois.",
    "Un marché important au printemps : il faudra renforcer l’équipe.",
    "Prendrait quelqu’un en apprentissage à la rentrée si le logement suit.",
    "Ouverture d’un second site envisagée, rien de signé.",
    "Saison d’avril à octobre : trois renforts chaque année.",
    "Rien avant l’automne, mais accepte des visites toute l’année.",
)
EQUALITY = (
    "Des femmes et des hommes à tous les postes depuis trois ans, vestiaires refaits pour cela.",
    "A signé la charte de la diversité ; un salarié reconnu travailleur handicapé.",
    "Les postes sont décrits sans genre, l’entretien se fait à deux.",
    "N’y avait pas pensé ; ouverte à en parler.",
)
NOTES = (
    "Préfère être appelée après 17 h.",
    "Ne répond pas aux e-mails : téléphoner.",
    "Passer par l’accueil, demander la responsable.",
    "Stationnement difficile, se garer place du Marché.",
)
# By sector; the empty one is for all the others.
ATTRACTS = {
    Sector.CONSTRUCTION: (
        "Chantiers du patrimoine, horaires réguliers.",
        "Le travail se voit à la fin de la journée ; équipe jeune.",
        "Panier repas, véhicule de service, vendredi après-midi libre.",
    ),
    Sector.GREEN: (
        "Dehors toute l’année, saisons qui changent le travail.",
        "Des bêtes et du végétal : on voit pousser ce que l’on fait.",
        "Logement possible sur place à la belle saison.",
    ),
    Sector.INDUSTRY: (
        "Matériel récent, formation payée dès la première année.",
        "Horaires d’équipe, primes, cantine.",
        "Un savoir-faire rare, transmis à l’atelier.",
    ),
    Sector.HOSPITALITY: (
        "Repas pris ensemble, pourboires partagés.",
        "Deux jours de repos de suite, choisis ensemble.",
        "On apprend vite ; plusieurs anciens ont ouvert leur maison.",
    ),
    Sector.LOGISTICS: (
        "Permis financé après six mois.",
        "Horaires fixes, équipe stable.",
    ),
    Sector.CARE: (
        "Se sentir utile tous les jours ; équipe bienveillante.",
        "Formation qualifiante payée, embauche à la clé.",
    ),
    "": (
        "Accueil chaleureux, un parrain ou une marraine pour chaque nouveau.",
        "Horaires connus deux semaines à l’avance.",
        "Des métiers où l’on peut évoluer vite.",
    ),
}
DETERS = {
    Sector.CONSTRUCTION: (
        "Mobilité, travail en hauteur.",
        "Départ du dépôt à 7 h, sans bus à cette heure.",
        "Port de charges, le froid l’hiver.",
    ),
    Sector.GREEN: ("Loin de tout sans permis.", "Le froid l’hiver ; il faut aimer être dehors."),
    Sector.INDUSTRY: ("Bruit, station debout.", "Horaires de nuit une semaine sur trois."),
    Sector.HOSPITALITY: (
        "Week-ends et soirées.",
        "Coupures dans la journée, difficile sans logement à côté.",
    ),
    Sector.LOGISTICS: ("Découchés deux fois par semaine.", "Cadence à tenir, port de charges."),
    Sector.CARE: (
        "Un week-end sur deux.",
        "Déplacements d’un lieu à l’autre, permis demandé.",
    ),
    "": ("Rythme soutenu le samedi.", "Exigence dès les premiers jours, clientèle habituée."),
}

CALLS = (
    "Trop de sollicitations en ce moment ; accepte une visite en {month}.",
    "{who} confirme l’intérêt pour une immersion en {craft}, une semaine, en {month}.",
    "Cherche quelqu’un en {craft} pour {month}. Regarde d’abord la motivation.",
    "L’apprentissage en {craft} se passe bien. Petit retard deux lundis, réglé avec l’équipe.",
    "Pas de besoin pour l’instant. D’accord pour recevoir un groupe en visite.",
    "A bien reçu le courrier, le lira à tête reposée. Rappeler en {month}.",
    "{who} demande ce que devient le jeune venu en immersion : toujours partant pour l’embaucher.",
    "Poste pourvu par le bouche-à-oreille. Nous préviendra plus tôt la prochaine fois.",
    "Prête à intervenir devant des jeunes pour parler {of_craft}.",
    "Le contrat se termine en {month} ; veut en parler de vive voix.",
)
SHORT_CALLS = ("Message laissé à l’accueil.", "Répondeur : a laissé notre numéro direct.", "Sonne dans le vide.", "")
VISITS = (
    "Deux départs en retraite d’ici dix-huit mois. Cherche d’abord quelqu’un à l’essai, une semaine pour voir.",
    "Rencontre avec {who} et l’équipe. Bonne ambiance. Ouverte à une immersion en {craft} dès {month}.",
    "Reçus par {who}. Beaucoup de questions sur les aides ; ce qui compte pour elle, c’est le suivi après l’embauche.",
    "Tour complet des locaux. Le poste en {craft} demande le permis, mais un covoiturage existe depuis le bourg.",
    "Bilan de l’année : trois visites, deux immersions, une embauche. {who} veut continuer et témoigner au forum.",
)
DISCOVER = (
    "{number} personnes, deux équipes. {who} a repris l’affaire après avoir été salariée.",
    "Activité régulière toute l’année, pointe en {month}. Clients à moins de quarante kilomètres.",
    "Trois métiers sous le même toit, dont un en {craft} qui peine à recruter.",
)
LISTEN = (
    "Déçue par une candidature envoyée sans préparation l’an dernier. Ne veut plus perdre de temps.",
    "Fière de ses anciens apprentis : l’un est chef d’équipe. Voudrait retrouver cela.",
    "Inquiète du départ de son plus ancien salarié, peur de perdre le savoir-faire.",
)
CLARIFY = (
    "Le permis n’est pas indispensable les six premiers mois. La ponctualité, si.",
    "Ce n’est pas un diplôme qui manque, c’est quelqu’un qui reste. Le salaire monte après trois mois.",
    "L’immersion est possible pour des mineurs, sauf à la scie.",
)
REFORMULATE = (
    "Une personne motivée, connue de nous, qui vient d’abord une semaine ; nous restons joignables.",
    "Commencer petit : une visite à quatre jeunes, puis une immersion si l’un d’eux accroche.",
    "Être prévenue quand cela ne va pas, plutôt que de l’apprendre après.",
)
PROPOSE = (
    "Une immersion d’une semaine en {month}, en {craft}. {who} choisira avec nous.",
    "Une visite d’atelier pour un petit groupe, puis un point ensemble.",
    "Un contrat d’apprentissage à la rentrée, préparé par deux immersions.",
)
EMAILS = (
    "Envoyé la présentation de l’immersion et le modèle de convention.",
    "A répondu : d’accord pour {month}, attend nos propositions.",
    "Envoyé deux profils pour le poste en {craft}.",
    "Remerciements après la visite, photos jointes.",
)
MEETINGS = (
    "Point à mi-parcours de l’apprentissage en {craft}. Progrès nets, carnet à jour.",
    "Préparation de l’accueil : horaires, tenue, personne à demander le premier jour.",
    "Rendez-vous à l’antenne. {who} vient avec la fiche de poste, relue ensemble.",
)
EVENTS = (
    "Présente au forum {of_month}, sept entretiens sur son stand.",
    "A participé au petit-déjeuner des entreprises, parle volontiers de son expérience.",
    "Job dating {of_month} : deux jeunes retenus pour une immersion.",
)

# (kind, title). Kinds are those of NextActionKind.
NEXT = (
    ("call", "Appeler {who} au sujet du poste en {craft}"),
    ("call", "Rappeler pour fixer la date de la visite"),
    ("call", "Prendre des nouvelles de l’immersion"),
    ("call", "Demander un retour sur les profils envoyés"),
    ("visit", "Visiter l’entreprise avec un petit groupe"),
    ("visit", "Proposer une visite d’atelier"),
    ("email", "Envoyer la convention d’immersion"),
    ("email", "Envoyer deux profils en {craft}"),
    ("meeting", "Faire le point à mi-parcours avec {who}"),
    ("meeting", "Préparer l’accueil du premier jour"),
    ("other", "Relire la fiche de poste"),
    ("other", "Préparer la réunion d’information"),
)

# Each job for a woman, then for a man.
DECIDERS = ("gérante", "gérant", "dirigeante", "dirigeant", "directrice", "directeur")
PUBLIC_DECIDERS = ("maire", "maire", "secrétaire générale", "secrétaire général", "directrice", "directeur")
JOBS = {
    "human_resources": ("responsable RH", "responsable RH", "chargée de recrutement", "chargé de recrutement"),
    "tutor": ("tutrice", "tuteur", "maîtresse d’apprentissage", "maître d’apprentissage"),
    "administration": ("comptable", "comptable", "assistante de direction", "assistant de direction"),
    "field": ("cheffe d’équipe", "chef d’équipe", "responsable d’atelier", "responsable d’atelier"),
    "csr": ("responsable RSE", "responsable RSE", "chargée de mission RSE", "chargé de mission RSE"),
    "other": ("associée", "associé", "conjointe collaboratrice", "conjoint collaborateur"),
}
# Nothing is planned for August.
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "septembre",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
