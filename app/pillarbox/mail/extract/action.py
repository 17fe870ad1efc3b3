"""Which of a message's links a test wants to follow: the one that the mail was sent for.

Rules of this module:

* only http and https, the HTML before the text, because its links have words;
* never: what unsubscribes, by its words, its path or the List-Unsubscribe header, and the address of a picture;
* first choice: the first link that says what it does (confirm, reset, sign in and the like, in the words or in the
  address), or whose address holds a token;
* else the first that leads to a page of its own; else the first of what is left: home pages and links that a picture
  without words carries; last what mails have at their edges: "view in browser", privacy, social networks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import SplitResult, unquote, urlsplit

from pillarbox.mail.extract.links import Link


def _any_of(patterns: str) -> re.Pattern[str]:
    """One pattern for texts in lower case. All begin with a letter, by which most places are passed over."""
    return re.compile("|".join(re.split(r",\s+", patterns.strip())))


_UNSUBSCRIBE = _any_of(r"""
    unsubscri, opt[-_ ]?out, abbestell, abmelden vom, austragen, désabonn, desabonn, désinscri, desinscri,
    darse de baja, cancelar (?:la |a )?(?:suscripción|inscrição|assinatura), descadastr, disiscriv,
    annulla (?:l['’])?iscrizione, cancella(?:ti|re)? (?:l['’])?iscrizione, uitschrijven, afmelden voor, avregistrera,
    avprenumerera, afmeld, avmeld, wypisz, anuluj subskrypcj, odhlásit odběr, odhlásiť odber, leiratkoz, dezabon,
    отписа, відписа, peru(?:uta)? (?:uutiskirje|tilaus), abonelikten, aboneliği iptal, κατάργηση εγγραφής,
    διαγραφή από, إلغاء الاشتراك, הסרה מרשימ, ביטול הרשמה, 退订, 退訂, 取消订阅, 取消訂閱, 配信停止, 配信解除,
    購読解除, 수신거부, 수신 거부, 구독 취소, hủy đăng ký, berhenti berlangganan, ยกเลิกการสมัคร
""")
_EDGE_WORDS = _any_of(r"""
    view (?:\w+ ){0,4}(?:in|on) (?:\w+ )?(?:browser|web), web version, browser version, view online, im browser,
    webversion, online ansehen, online-version, dans votre navigateur, dans le navigateur, dans un navigateur,
    version en ligne, en el navegador, en tu navegador, en su navegador, no seu navegador, no navegador, nel browser,
    in je browser, in uw browser, in de browser, w przeglądarce, v prohlížeči, i webbläsare, i din webbläsare,
    i din browser, в браузере, 在浏览器, 在瀏覽器, ブラウザ, 브라우저, privac, datenschutz, confidentialité, gizlilik,
    конфиденциальн, 隐私, 隱私, プライバシー, 개인정보,
    terms, conditions, agb\b, impressum, imprint, cookie, preferences,
    einstellungen, préférences, preferencias, notification settings, help cent, get help, need help, support,
    contact us, faq\b, kontakt, follow us, about us, copyright, why did i
""")
_EDGE_PATHS = re.compile(
    r"/(?:privacy|terms|legal|imprint|impressum|datenschutz|agb|cookies?|help|support|faq|contact|about|preferences)"
    r"(?:[-_/.][\w-]*)*/?",
    re.IGNORECASE,
)
_NETWORKS = re.compile(
    r"(?:[\w-]+\.)*(?:facebook|instagram|twitter|x|linkedin|youtube|tiktok|pinterest|threads|mastodon|t|fb|youtu|wa)"
    r"\.(?:com|net|social|me|be|co)"
    r"|apps\.apple\.com|itunes\.apple\.com|play\.google\.com",
    re.IGNORECASE,
)
_PICTURE = re.compile(r".*\.(?:png|gif|jpe?g|webp|svg|bmp|ico|avif)", re.IGNORECASE)
_DOES = _any_of(r"""
    confirm, verif, activat, reset, recover, sign[-_ ]?(?:in|up), log[-_ ]?(?:in|on), regist, magic, password,
    passwort, invit, accept, approv, validat, get started, complete, continue, unlock, authori[sz]e, set up, join,
    bestätig, aktivier, zurücksetz, anmeld, einlogg, einladung, annehmen, freischalt, fortfahren, confirmer, vérifi,
    activer, réinitialis, connexion, connecter, invitation, accepter, valider, mot de passe, verific, activar,
    restablec, iniciar sesión, contraseña, aceptar, ativar, redefin, senha, entrar, aceitar, acessar, conferma,
    attiva, reimposta, accedi, accetta, bevestig, activeer, herstel, inlogg, wachtwoord, accepteer, potwierd,
    aktywuj, zresetuj, zaloguj, hasł, potvr, ověř, aktivovat, obnovit, přihlás, heslo, bekräft, verifier, aktivera,
    återställ, logga in, lösenord, bekræft, nulstil, log ind, bekreft, tilbakestill, logg inn, vahvist, aktivoi,
    palauta, kirjaudu, salasana, megerősít, visszaállít, bejelentkez, jelszó, activează, resetează, parol, επιβεβαί,
    επαλήθευ, ενεργοποί, επαναφορ, σύνδεση, κωδικ, onayla, doğrula, etkinleştir, sıfırla, giriş, şifre, подтверд,
    активир, сброс, восстанов, войти, вход, парол, підтверд, активув, скину, відновити, увійти, تأكيد, تفعيل,
    إعادة تعيين, تسجيل الدخول, אישור, אימות, איפוס, התחבר, تأیید, بازنشانی, 确认, 確認, 验证, 驗證, 激活, 啟用, 重置,
    重設, 登录, 登入, 密码, 密碼, 認証, 有効化, リセット, ログイン, パスワード, 인증, 확인, 재설정, 로그인, 비밀번호,
    xác nhận, xác minh, kích hoạt, đặt lại, đăng nhập, konfirmasi, verifikasi, aktifkan, atur ulang, masuk, ยืนยัน,
    เข้าสู่ระบบ, पुष्टि, सत्यापित
""")
_LONG = re.compile(r"\w{16,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DIGIT, _LETTER = re.compile(r"[0-9]"), re.compile(r"[A-Za-z]")

MAX_LINKS = 500
MAX_READ = 500  # characters of an address that are looked at


def action(found: Sequence[Link], unsubscribe: Iterable[str] = ()) -> str | None:
    """The address of that link, None when there is none. `unsubscribe` are the addresses of List-Unsubscribe.

    Of each body the first `MAX_LINKS` links are looked at, so the time is bounded.

    >>> action([Link("https://x.test/", "Shop", "html"), Link("https://x.test/verify?t=1", "Verify", "html")])
    'https://x.test/verify?t=1'
    """
    leaving = frozenset(unsubscribe)
    best: tuple[int, str] | None = None
    for source in ("html", "text"):
        for link in islice((link for link in found if link.source == source), MAX_LINKS):
            rank = _rank(link) if link.href not in leaving else None
            if rank is not None and (best is None or rank < best[0]):
                best = rank, link.href
                if rank == 0:
                    return link.href
    return best[1] if best else None


def _rank(link: Link) -> int | None:
    """0 is the first choice; None is no choice."""
    parts = _parts(link.href[:MAX_READ])
    if parts is None:
        return None
    words = link.text.lower() if link.text != link.href else ""
    written = unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
    address = written.lower()
    if _UNSUBSCRIBE.search(words) or _UNSUBSCRIBE.search(address) or _PICTURE.fullmatch(parts.path):
        return None
    if _EDGE_WORDS.search(words) or _EDGE_PATHS.fullmatch(parts.path) or _NETWORKS.fullmatch(parts.hostname or ""):
        return 3
    if _DOES.search(words) or _DOES.search(address) or _token(written):
        return 0
    home = parts.path in ("", "/") and not parts.query and not parts.fragment
    return 2 if home or not link.text else 1


def _parts(href: str) -> SplitResult | None:
    """The parts of an address that a browser would fetch."""
    try:
        parts = urlsplit(href)
        named = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and named else None


def _token(address: str) -> bool:
    """Whether a piece of it is long and made of letters and digits, as random ones are and titles are not."""
    return _UUID.search(address) is not None or any(
        _DIGIT.search(piece[0]) and _LETTER.search(piece[0]) for piece in _LONG.finditer(address)
    )
