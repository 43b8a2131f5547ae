"""Which language a text is in, on sentences people write in mail."""

import subprocess
import sys

import pytest

from agent.mail.language import detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Could you send me the signed contract by Friday?"),
        ("en", "Please find attached."),
        ("en", "COULD YOU PLEASE CALL ME BACK TODAY"),
        ("de", "Könntest du mir bis Freitag den Vertrag schicken?"),
        ("de", "Bis morgen im Büro."),
        ("es", "¿Puedes enviarme el contrato antes del viernes?"),
        ("es", "Nos vemos mañana en la oficina."),
        ("fr", "Peux-tu m'envoyer le contrat avant vendredi ?"),
        ("it", "Puoi mandarmi il contratto entro venerdì?"),
        ("pt", "Você pode me enviar o contrato até sexta-feira?"),
        ("nl", "Kun je me het contract voor vrijdag sturen?"),
        ("sv", "Kan du skicka mig avtalet före fredag?"),
        ("da", "Kan du sende mig kontrakten inden fredag?"),
        ("no", "Kan du sende meg kontrakten før fredag?"),
        ("fi", "Voitko lähettää sopimuksen minulle perjantaihin mennessä?"),
        ("pl", "Czy możesz mi przesłać umowę do piątku?"),
        ("cs", "Můžeš mi prosím poslat smlouvu do pátku?"),
        ("sk", "Môžeš mi prosím poslať zmluvu do piatku?"),
        ("hu", "El tudnád küldeni a szerződést péntekig?"),
        ("ro", "Poți să-mi trimiți contractul până vineri?"),
        ("tr", "Sözleşmeyi cumaya kadar gönderebilir misin?"),
        ("ca", "Em pots enviar el contracte abans de divendres?"),
        ("id", "Bisakah Anda mengirim kontraknya sebelum hari Jumat?"),
        ("vi", "Bạn có thể gửi cho tôi hợp đồng trước thứ Sáu không?"),
        ("ru", "Можете прислать мне договор до пятницы?"),
        ("uk", "Чи можете ви надіслати мені договір до п'ятниці?"),
        ("bg", "Можете ли да ми изпратите договора до петък?"),
        ("ar", "هل يمكنك إرسال العقد قبل يوم الجمعة؟"),
        ("fa", "آیا می‌توانید قرارداد را تا جمعه برای من بفرستید؟"),
        ("de", "Hallo Ada, anbei https://example.org/report das Protokoll von gestern, Gruß bob@example.org"),
    ],
)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("el", "Μπορείς να μου στείλεις το συμβόλαιο;"),
        ("he", "האם תוכל לשלוח לי את החוזה עד יום שישי?"),
        ("hi", "क्या आप शुक्रवार तक अनुबंध भेज सकते हैं?"),
        ("ja", "金曜日までに契約書を送ってください。"),
        ("ja", "契約書送付依頼の件"),
        ("ko", "금요일까지 계약서를 보내 주세요."),
        ("th", "กรุณาส่งสัญญาภายในวันศุกร์"),
        ("zh", "请在星期五之前把 contract v3 发给我。"),
        ("zh", "好的"),
    ],
)
def test_a_script_tells_its_language_at_any_length(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Lunch?",
        "12 345 678",
        "Budget v3 sign-off: 14k EUR over plan, Acme GmbH, Oslo",
        "Ada Lovelace, Grace Hopper, Alan Turing",
        "Carlos Gómez, María Pérez, Banco Santander",
        "Møller & Sønner A/S, København",
        "Hans Müller, Anna Schmidt, Jørgen Hansen",
        "Invoice 4711, 1.250,00 EUR, Acme GmbH",
        "TR-2026-118 / PO 99812 / SKU A-12",
        "Kubernetes pod restart OOMKilled node-7",
        "Team: Ana, Luca, Pierre, Sven, Olga",
        "IBAN DE89 3704 0044 0532 0130 00",
        "Rue de Rivoli 12, 75001 Paris",
        "https://example.org/der/die/das?und=oder hallo@und-so-weiter.de",
    ],
)
def test_names_numbers_and_links_tell_nothing(text: str) -> None:
    assert detect(text) is None


def test_a_script_is_told_without_loading_the_model() -> None:
    code = (
        "import sys; from agent.mail.language import detect; "
        "assert detect('明天见') == 'zh'; sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
