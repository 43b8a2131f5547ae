"""Words that turn the meaning of a sentence, and words that carry none: literal tables, seven languages.

A claim that keeps or drops one of the turning words where its source did not says something else.
"""


def words(*rows: str) -> frozenset[str]:
    """Return the words of `rows`, split at white space."""
    return frozenset(word for row in rows for word in row.split())


NEGATING = words(
    "not no never none nobody nothing neither nor nowhere without hardly barely scarcely cannot n't unable fail",
    "failed fails refuse refused",
    "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand ohne weder noch kaum",
    "ne pas jamais rien aucun aucune personne sans ni",
    "nunca nada nadie ningún ninguna sin tampoco non mai niente nessuno nessuna senza né",
    "não ninguém nenhum nenhuma sem nem niet geen nooit niets niemand zonder noch",
)
TURNING = words(
    "not no never none nobody nothing neither nor nowhere without hardly barely scarcely cannot n't unable fail",
    "failed fails",
    "if unless except excluding provided assuming otherwise only but than instead rather whether until pending",
    "subject or almost nearly half some few part several most any",
    "nicht kein keine keinen keinem keiner keines nie niemals nichts niemand ohne weder noch kaum wenn falls",
    "sofern außer sonst nur aber",
    "sondern oder ob bis fast ne pas jamais rien aucun aucune personne sans ni si sauf sinon seulement mais ou",
    "jusque presque",
    "nunca nada nadie ningún ninguna sin tampoco excepto salvo sino solo pero o hasta casi",
    "non mai niente nessuno nessuna senza né se tranne eccetto altrimenti ma oppure fino quasi",
    "não nada ninguém nenhum nenhuma sem nem exceto senão só mas ou até",
    "niet geen nooit niets niemand zonder noch als tenzij behalve anders alleen maar tot bijna",
)
LEADING = words(
    "will would could should may might must shall can ought going maybe perhaps possibly probably likely apparently",
    "think thinks thought believe believes hope hopes hoped expect expects expected suspect guess suppose",
    "supposed wish doubt doubts",
    "say says said tell tells told claim claims claimed announce announced according report reportedly allegedly",
    "rumor rumour",
    "want wants wanted plan plans planned intend intends try tries tried trying attempt consider considering",
    "propose proposes proposed",
    "suggest suggests suggested recommend recommends recommended ask asks asked request requests requested offer",
    "offers offered",
    "refuse refused forget forgot stop stopped avoid avoided deny denied decline declined threaten promise",
    "promised agree agreed",
    "need needs needed have has had used seem seems seemed appear appears pretend imagine former ex alleged",
    "possible potential draft",
    "tentative tentatively provisional preliminary acting deputy vice assistant previous fake 's before after since",
    "wird werden würde könnte kann soll sollte muss müssen darf möchte will wollen vielleicht wohl vermutlich",
    "angeblich glaube hoffe denke",
    "ehemalige ehemaliger geplant geplante mögliche vor nach seit",
    "peut peux pourrait devrait doit va vais vont sera voudrais veut espère crois pense peut-être avant après",
    "depuis ancien",
    "puede puedes podría debería debe va voy será quiere quisiera espero creo quizás tal antes después",
    "può puoi potrebbe dovrebbe deve sarà vuole vorrei spero credo forse prima dopo",
    "pode podes poderia deveria deve vai será quer gostaria espero acho talvez antes depois",
    "kan kunnen zou moet wil zal zullen misschien hoop denk voor na",
)
PRONOUNS = words(
    "i we you he she they it me us him her them my our your his their",
    "ich wir du ihr er sie je nous tu vous ils elles yo nosotros tú usted él ella io noi lui lei eu nós ele ela",
    "ik wij jij hij zij",
)
BARE = words(
    "the a an this that these those there here so very really quite just also too",
    "der das dem des ein eine einen einem einer eines es hier auch sehr",
    "le la les l un une des ce cette ces il y el los las una este esta lo gli uno os um uma het de een",
    "dit dat",
)
LIGHT = words(
    "of in on at for with about by to from into over under during and who whom which whose where when while",
    "because per via",
    "im in am an auf für mit über von zu zum zur bei und der aus um wo weil damit",
    "de à au aux en dans sur pour avec par et que qui dont y con por para a al del e che di su nel nella per",
    "em com",
    "voor en te om bij",
)
DISCOURSE = words(
    "please kindly hi hello hey dear however therefore thus fyi ok okay well and so bitte also hallo liebe lieber",
    "bonjour merci alors donc hola gracias ciao grazie olá obrigado beste graag alstublieft",
)
CLAUSE = words(
    "but until since so though if because who which when where while whether unless and or then both",
    "aber weil wenn ob während und mais parce puis et pero porque y ma perché e mas maar omdat en",
)
CONDITIONAL = words("if unless provided assuming wenn falls sofern si se tenzij")
GUESSING = words("might may maybe perhaps possibly probably vielleicht peut-être quizás forse talvez misschien")
MODAL = words("will would can could should must shall")
SPENT = words("forget hesitate mind worry only")
OPPOSITES = (
    "approve accept agree confirm reject decline refuse disagree deny cancel",
    "increase rise grow raise decrease fall drop reduce high higher low lower up down above over below under",
    "before earlier after later early late first last next previous",
    "move keep stay remain open close begin start stop finish end add remove delete include exclude",
    "buy sell borrow lend join leave win lose pass fail arrive depart remember forget hesitate",
    "available unavailable possible impossible good bad best worst cheap expensive hot cold happy sad",
    "like hate dislike all every some few always more less fewer",
)
