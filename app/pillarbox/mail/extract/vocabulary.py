"""What one-time codes are called, and what other numbers are called, in the languages that mail is written in.

How it is written: a phrase a line or between commas. Within a phrase a space is a space or a hyphen, `/` separates
words of which any may stand there, `*` at the end of a word is any ending, a word in `[ ]` may be missing, and `#` at
the end is a number that follows right there. Capitals do not count. What is written in a script without spaces, or one
that sets particles before its words, is found within words. The letters before a colon say for people which language
it is.
"""

from __future__ import annotations

SURE = """
en: verification/security/confirmation/authentication/authorization/authorisation code/codes/pin/passcode
    login/signin/signup/access/activation/otp/temporary code/codes/pin/passcode
    fa/mfa/recovery/backup/unlock/reset code/codes/pin/passcode
    email/identity/registration/validation/pairing/secure/secret code/codes/pin/passcode
    verification/security/authentication number
    log/sign/one in/on/up [verification/security/confirmation] code/codes/pin/password/passcode
    log/sign/one in/on/up [access/login/authentication] code/codes/pin/password/passcode
    two/single/multi in/on/up [verification/security/confirmation] code/codes/pin/password/passcode
    two/single/multi in/on/up [access/login/authentication] code/codes/pin/password/passcode
    log/sign/one time/factor/step/use [verification/security/confirmation] code/codes/pin/password/passcode
    log/sign/one time/factor/step/use [access/login/authentication] code/codes/pin/password/passcode
    two/single/multi time/factor/step/use [verification/security/confirmation] code/codes/pin/password/passcode
    two/single/multi time/factor/step/use [access/login/authentication] code/codes/pin/password/passcode
    factor/step code/codes/pin, password reset/recovery code/pin
    device/account [verification/login/security/recovery/access] code
    digit [verification/security/confirmation/access/login] code/codes/pin/number
    your/this/following [new/personal] pin/passcode, one time password/passcode/pin
    authentication/security/confirmation key, passcode*, pass code/codes, otp, otps, totp, tan, mtan, pin, pins
de: bestätigungscode*, sicherheitscode*, verifizierungscode*, verifikationscode*, anmeldecode*, zugangscode*
    zugriffscode*, freischaltcode*, aktivierungscode*, authentifizierungscode*, registrierungscode*, einmalcode*
    wiederherstellungscode*, prüfcode*, logincode*, einmalkennwort*, einmalpasswort*
    einmal/sms/login/backup/geräte/pin/mail code, mobile/sms/push/photo/chip tan, prüfnummer, einmal tan/pin
    smstan, pushtan, bestätigungs/sicherheits code
nl: verificatiecode*, bevestigingscode*, beveiligingscode*, inlogcode*, toegangscode*, activeringscode*
    activatiecode*, herstelcode*, controlecode*, pincode*, logincode*
    eenmalige code/wachtwoord/pincode/toegangscode
fr: code [à/a] usage unique, code de vérification/verification/sécurité/confirmation
    code de connexion/validation/récupération/réinitialisation/sûreté
    code d accès/activation/authentification/identification/autorisation
    code secret/temporaire/unique/pin/otp/suivant/confidentiel, code à chiffres, mot de passe unique
    mot de passe à usage unique
es: código/codigo/códigos de verificación/verificacion/seguridad/confirmación/confirmacion/acceso
    código/codigo/códigos de activación/autenticación/autorización/inicio/recuperación/validación/identificación
    código/codigo de un/solo/uso solo/uso/único, código/codigo temporal/único/secreto/otp/sms/pin
    contraseña de un solo uso, clave dinámica/temporal/otp, clave de acceso/verificación/seguridad
pt: código/codigo de verificação/verificacao/segurança/seguranca/confirmação/acesso
    código/codigo de ativação/autenticação/autorização/recuperação/validação/login/uso
    código/codigo temporário/único/pin/otp, senha descartável/temporária/única, senha de uso único
it: codice di verifica/sicurezza/conferma/accesso/attivazione
    codice di autenticazione/autorizzazione/recupero/convalida/controllo, codici di recupero/sicurezza/accesso
    codice monouso/temporaneo/otp/segreto/sms/pin/univoco/seguente, password monouso, codice usa e getta
ca: codi de verificació/seguretat/confirmació/accés
ro: cod/codul/codului [tău/dvs/dumneavoastră] [de] verificare/securitate/confirmare/acces
    cod/codul/codului [tău/dvs/dumneavoastră] [de] activare/autentificare/validare/unic
sv: verifieringskod*, säkerhetskod*, bekräftelsekod*, inloggningskod*, engångskod*, aktiveringskod*, åtkomstkod*
    återställningskod*, engångslösenord*, pinkod*
da: bekræftelseskode*, sikkerhedskode*, verifikationskode*, verificeringskode*, engangskode*, aktiveringskode*
    loginkode*, adgangskode*, godkendelseskode*
no: bekreftelseskode*, sikkerhetskode*, verifiseringskode*, verifikasjonskode*, innloggingskode*, tilgangskode*
    engangspassord*, aktiveringskode*
fi: vahvistuskoodi*, turvakoodi*, varmennuskoodi*, kirjautumiskoodi*, kertakäyttökoodi*, kertakoodi*
    aktivointikoodi*, tunnistautumiskoodi*, kertakäyttöinen koodi/salasana, kertakäyttösalasana*, pin koodi*
pl: kod*/hasł* weryfikacyjn*/bezpieczeństwa/potwierdz*/autoryzac*/logowania
    kod*/hasł* dostępu/aktywac*/jednorazow*/uwierzytelni*/sms/pin, jednorazow*/weryfikacyjn*/bezpieczny kod*/hasł*
cs: ověřovací*/bezpečnostní*/potvrzovací*/přihlašovací* kód*/kod*/heslo
    aktivační*/jednorázov*/autorizační*/přístupov*/kontrolní* kód*/kod*/heslo
    kód pro/k ověření/přihlášení/potvrzení, sms kód
sk: overovací*/bezpečnostný*/potvrdzovací*/prihlasovací*/aktivačný*/autorizačný*/prístupový* kód*
    kód na overenie/prihlásenie
hr: verifikacijski*/sigurnosni*/potvrdni*/aktivacijski*/jednokratni*/pristupni*/kontrolni* kod*
    kod za potvrdu/prijavu/verifikaciju, verifikacioni kod
sl: potrditvena/varnostna/enkratna koda
hu: ellenőrző/biztonsági/megerősítő/hitelesítő/belépési/aktiváló/azonosító/visszaállító kód*
    egyszer használatos kód*/jelszó*, egyszeri kód*/jelszó*
lt: patvirtinimo/saugos/prisijungimo kod*
lv: apstiprinājuma/drošības/verifikācijas kod*
et: kinnituskood*, turvakood*
el: κωδικ* επαλήθευσης/ασφαλείας/επιβεβαίωσης/πρόσβασης/σύνδεσης/ενεργοποίησης/otp, κωδικ* μίας/μιας χρήσης
tr: doğrulama/güvenlik/onay/giriş/aktivasyon/etkinleştirme/erişim/sms kod*/şifre*/parola*
    tek kullanımlık [giriş/doğrulama] kod*/şifre*/parola*
ru: код* [для/за] подтвержд*/проверки/безопасности/доступа/входа
    код* [для/за] активац*/авторизац*/верификац*/аутентификац*/восстановлен*/регистрац*, код* из смс/sms/письма
    проверочн*/одноразов*/защитн*/секретн*/кодов* код*/парол*, одноразов* парол*, пин, пинкод*, пин код*
uk: код* [для] підтвердж*/перевірки/безпеки/доступу/входу
    код* [для] активац*/авторизац*/верифікац*/автентифікац*/відновлення, одноразов*/перевірочн* код*/парол*
bg: код* за потвърж*/сигурност/проверка/достъп/вход/верификация, еднократ* код*/парол*
sr: верификациони/сигурносни/потврдни код, код за потврду/пријаву
vi: mã xác minh/nhận/thực, mã bảo/đăng/kích mật/nhập/hoạt, mã otp/pin, mật khẩu một/dùng lần/một
id: kode verifikasi/keamanan/konfirmasi/otp/akses/masuk/aktivasi/login, kode sekali pakai, kata sandi sekali pakai
    kod pengesahan/keselamatan/akses
ar: رمز التحقق, رمز تحقق, رمز التأكيد, رمز تأكيد, رمز الأمان, رمز الدخول, رمز التفعيل, رمز المرور, رمزك, كود التحقق
    كود التفعيل, كود الدخول, رمز لمرة واحدة, كلمة المرور لمرة واحدة, كلمة مرور لمرة واحدة
he: קוד אימות, קוד האימות, קוד אישור, קוד האישור, קוד אבטחה, קוד האבטחה, קוד כניסה, קוד הכניסה, קוד גישה, קוד הגישה
    קוד חד פעמי, קוד התחברות, קוד ההתחברות, סיסמה חד פעמית, הקוד שלך
fa: کد تأیید, کد تایید, کد فعال, کد ورود, کد امنیتی, کد یکبار, کد یک, کد احراز, رمز یکبار, رمز یک, رمز پویا, کد شما
hi: सत्यापन कोड, सुरक्षा कोड, पुष्टि कोड, लॉगिन कोड, ओटीपी, वन टाइम पासवर्ड, যাচাইকরণ কোড, ওটিপি
    ஒருமுறை கடவுச்சொல், சரிபார்ப்புக் குறியீடு
zh: 验证码, 驗證碼, 校验码, 校驗碼, 确认码, 確認碼, 安全码, 安全碼, 动态码, 動態碼, 动态密码, 動態密碼, 一次性密码
    一次性密碼, 认证码, 認證碼, 激活码, 啟用碼, 登录码, 登入碼, 授权码, 驗證代碼, 验证代码, 安全代码
ja: 認証コード, 確認コード, 検証コード, セキュリティコード, セキュリティ コード, ログインコード, アクセスコード
    ワンタイムコード, ワンタイムパスワード, ワンタイム パスワード, ワンタイムパスコード, パスコード, 認証番号
    確認番号, 暗証番号, 認証キー, 本人確認コード, 有効化コード, 認証用コード
ko: 인증번호, 인증 번호, 인증코드, 인증 코드, 확인코드, 확인 코드, 보안코드, 보안 코드, 로그인 코드, 로그인코드
    일회용 비밀번호, 일회용 코드, 일회용 번호, 승인번호, 본인확인 번호, 접속 코드
th: รหัสยืนยัน, รหัสความปลอดภัย, รหัสผ่านครั้งเดียว, รหัสผ่านแบบใช้ครั้งเดียว, รหัส otp, รหัสเข้าสู่ระบบ
"""

CODE = """
la: code, codes, delivery/collection code/pin, kode, koden, kod, kodu, kodem, kody, kodi, kodas, kods, kodunuz
    kodunuzu, kód, kódu, kódja, kódot, koodi, koodin, koodia, kood, código, códigos, codigo, codigos, codice
    codici, cod, codul, codi, koda, klíč, clave, senha, token, mã
cy: код, кода, кодом, коду, коды, кодът, κωδικός, κωδικό, κωδικού
xx: رمز, كود, קוד, کد, कोड, কোড, குறியீடு, 代码, 代碼, 密码, 密碼, 口令, コード, 코드, รหัส
"""

ACT = """
la: verify your/it/that/this, verifying
    confirm your/it/that/this email/identity/account/address/device/sign/login/you/was/phone, sign/signing in
    log/logging in, login, signin, authenticat*, two factor/step, reset your/the password, activate your, identity
    anmeld*, einlogg*, identität, zwei faktor, connexion, connecter, identité, iniciar sesión, identidad
    verifica* tu/su/la/il, accedi, accedere, accesso, identità, entrar na/no, fazer login, inlogg*, identiteit
    logga in, log ind, logg inn, kirjautu*, logowani*, zaloguj*, přihlá*, prihlás*, bejelentkez*, giriş yap*
    autentific*, conectare, đăng nhập, masuk
cy: вход*, войти, личност*, увійти, вхід, входу, σύνδεση*
xx: تسجيل الدخول, هويتك, כניסה, התחבר, ورود, 登录, 登入, 身份, ログイン, 本人確認, 로그인, 본인, เข้าสู่ระบบ, लॉगिन
    सत्यापित
"""

# The names of numbers that are no codes. A telephone is also what many codes confirm, so these are weighed, not obeyed.
NO = """
en: order, orders, ordered, invoice*, receipt*, purchase*, shipment*, parcel*, tracking*, delivery, customer
    client id/no/number, member, membership, account no/number/id/ending, policy n*, contract n*, loan
    transaction*, reference*, ref, ticket*, case, booking*, reservation*, confirmation no/number, itinerary, flight
    item, phone, tel, telephone, mobile, fax, call us, hotline, whatsapp, cell, toll free, extension, ext, zip
    postal, po box, suite, vat, tax, ein, iban, bic, swift, sort code, routing, company n*
    registered/registration/charity/licence/license n*, serial, model, sku, article*, product id/code/no/number
    meeting id, conference id, webinar id, version, build, release, port, rfc, iso, copyright, since, amount, total
    price, balance, sum, subtotal, cost, fee, salary, points, score, ending [in/with], ends in/with
    last four/4 digits, code of
    code review/base/bases/freeze/signing/editor/sample/snippet/style/coverage/owners/club, codebase*
    source/dress code, qr code, bar code, barcode*, postcode*, zip code, zipcode*
    area/country/dialing/dialling/postal code, error/status/exit/response/return/http/reason/tracking code
    visual studio code, vs code, promo/promotion/promotional/discount/coupon/voucher/gift/card code/codes
    referral/deal/offer/booking/reservation/rebate/saving/savings code/codes, coupon*, voucher*, gift card, promo*
    discount*, checkout, off your, percent off, referral*, unicode, encode*, decode*, geocode*, gate, room, seat
    flat, apt, no, id, nr, num, number, numbers, sponsor*, pmb, box, account/acct/card #, hs/commodity/fault code
de: bestell*, auftrag*, rechnung*, kundennummer*, endet auf, endend*, endziffer*, letzten vier, kundennr
    kundenkonto*, vorgang*, aktenzeichen, sendung*, paket*, lieferung*, buchung*, reservierung*, telefon*, mobil
    mobilnummer, handy*, rückruf*, plz, postleitzahl*, postfach, ust, ust id, steuer*, hrb, handelsregister
    amtsgericht, kontonummer, kontonr, betrag, summe, gesamt*, preis*, guthaben, artikel*, mitglied*, vertrag*
    seriennummer, seit, referenz*, gutschein*, rabatt*, aktionscode*, buchungscode*, vorwahl, nummer, tel
    ticketnummer, konto/depot/karte/kreditkarte/debitkarte #
fr: commande*, produit*, terminant [par], derniers chiffres, facture*, réf, référence*, reçu*, colis, suivi
    livraison*, client, dossier*, réservation*, tél, téléphone*, portable, code postal, cedex, siret, siren, rcs
    tva, montant*, prix, solde, depuis, code promo/barre/cadeau/avantage/parrainage, code de réduction, réduction*
    bon d achat, parrainage*, numéro, nº, compte/carte #
es: pedido*, producto*, terminad* en/em, últimos dígitos, final em, factura*, recibo*, envío*, envio*, seguimiento
    entrega*, paquete*, reserva*, referencia*, cliente*, teléfono*, móvil, celular*, cp, apartado, nif, cif
    importe, precio*, saldo, desde, número, numero, descuento*, cupón*, cupon*, vale, cuenta/tarjeta #
    código/codigo postal/promocional/qr
    código/codigo de descuento/seguimiento/rastreo/barras/error/área/reserva/desconto/rastreio/erro
pt: encomenda*, fatura*, nota fiscal, rastre*, referência*, protocolo*, telefone*, contacto, cep, cnpj, cpf, preço*
    valor*, desconto*, cupom*, conta/cartão/cartao #
it: ordine*, prodotto, termina con, terminante, ultime cifre, ordini, fattura*, ricevuta*, spedizione*
    tracciamento, prenotazione*, riferimento*, telefono*, cellulare*, cap, partita iva, p iva, iva, importo*
    prezzo*, totale*, dal, sconto*, codice sconto/promozionale/fiscale/postale/destinatario, codice a barre
    codice di tracciamento/errore/prenotazione, conto/carta #
nl: bestelling*, eindigend op, eindigt op, bestelnummer*, ordernummer*, factuur*, klant*, klantnummer*, pakket*
    bezorg*, zending*, telefoon*, mobiel*, postbus, kvk, btw, bedrag*, prijs*, totaal*, sinds, korting*
    kortingscode*, cadeau*, nummer, referentie*, rekening/bankrekening/kaart/pas #, rekeningnummer*
nordic: beställning*, faktura*, kund, kundnummer, kundnr, leverans*, försändelse*, postnummer, orgnr, org nr
    belopp*, pris, summa, sedan, rabatt*, presentkort*, kampanj*, ordre*, bestilling*, kunde*, levering*
    forsendelse*, pakke*, tlf, cvr, beløb*, beløp*, siden, rabat*, gavekort*, tilaus*, lasku*, asiakas*, lähetys*
    puhelin*, puh, postinumero*, y tunnus, hinta*, alennus*, viite*, numero*, mobilnummer*, sporing*
pl: zamówieni*, kończąc*, rachun*, nr, faktur*, paragon*, przesyłk*, paczk*, klient*, rezerwac*, telefon*, tel, nip
    regon, krs, kwot*, cena*, suma, saldo, od roku, kod* rabatow*/promocyjn*/kreskow*/pocztow*/błęd*/śledzeni*/qr
    rabat*, zniżk*, numer*, konto/konta/kartę/karty/karta #
cs: objednáv*, faktur*, zásilk*, balík*, zákaznick*, rezervac*, psč, ičo, ič, dič, částk*, celkem, spolu, slev*
    zľav*, kód slev*/zľav*/chyby, číslo*, čísl*, narudžb*, račun*, pošiljk*, kupca, poštanski, oib, iznos, ukupno
    popust*, broj, variabilní symbol
hu: rendelés*, számla*, csomag*, ügyfél*, foglalás*, irányítószám*, adószám*, összeg*, kedvezmény*, kupon*, szám*
    cégjegyzék*
ro: comand*, factur*, colet*, clientului, rezervar*, cod poștal/promoțional/promo, cod de reducere, cui, suma
    reducere*, numărul, număr
el: παραγγελ*, τιμολόγι*, αποστολ*, πελάτη*, κράτηση*, τηλ, τηλέφων*, τκ, αφμ, ποσό*, σύνολο, τιμή*, έκπτωσ*
    κουπόνι*, αριθμ*
tr: sipariş*, fatura*, kargo*, müşteri*, rezervasyon*, posta kodu, vergi*, tutar*, toplam*, fiyat*, indirim*
    kupon*, takip*, numara*, no
ru: заказ*, счёт*, счет*, накладн*, чек, чека, квитанц*, отправлен*, посылк*, трек*, доставк*, клиент*, договор*
    обращени*, брон*, тел, телефон*, моб, звоните, индекс*, инн, огрн, кпп, сумм*, цен*, итого, стоимост*, баланс*
    промокод*, купон*, скидк*, артикул*, номер*, карта/карте/карту/карты/картой #
    код* товар*/город*/регион*/стран*/ошибки/купона/подразделения
uk: замовлен*, рахун*, відправлен*, накладна, клієнт*, індекс*, єдрпоу, сума, ціна, разом, знижк*, поръчк*, фактур*
    пратк*, пощенски, отстъпк*, поруџбин*, рачун*, пошиљк*, попуст*, број
vi: đơn hàng, hóa đơn, vận đơn, vận chuyển, khách hàng, điện thoại, sđt, số tiền, tổng, giá, giảm giá, mã giảm/bưu
    khuyến mãi, số
id: pesanan*, faktur*, resi, pengiriman*, pelanggan*, telepon, telp, kode pos/promo/diskon/voucher, jumlah, harga
    diskon*, nomor*
ar: طلبك, الطلب, فاتورة, شحنة, الشحن, التتبع, تتبع, العميل, هاتف, الهاتف, جوال, الرمز البريدي, المبلغ, السعر
    الإجمالي, خصم, كوبون, قسيمة, رقم
he: הזמנה, ההזמנה, חשבונית, קבלה, משלוח, מעקב, לקוח, טלפון, מיקוד, סכום, מחיר, הנחה, קופון, מספר
fa: سفارش, فاکتور, مرسوله, پیگیری, مشتری, تلفن, کد پستی, کد تخفیف, مبلغ, قیمت, تخفیف, شماره
hi: ऑर्डर, चालान, इनवॉइस, ट्रैकिंग, ग्राहक, फ़ोन, फोन, मोबाइल, राशि, कीमत, छूट, कूपन, नंबर, पिन कोड
zh: 订单, 訂單, 发票, 發票, 收据, 收據, 快递, 快遞, 运单, 運單, 物流, 单号, 單號, 客户, 客戶, 会员, 會員, 电话
    電話, 手机, 手機, 热线, 熱線, 邮编, 郵編, 郵遞區號, 邮政, 金额, 金額, 价格, 價格, 总计, 總計, 余额, 餘額, 优惠
    優惠, 折扣, 兑换码, 兌換碼, 二维码, 條碼, 条码, 备案, 編號, 编号, 号码, 號碼, 错误代码
    錯誤代碼, 商品代码, 商品代碼, 股票代码, 股票代碼
ja: 注文, ご請求, 請求, 領収, 伝票, お届け, 配送, 追跡, お客様番号, 会員, 予約, 問い合わせ, 電話, 郵便, 〒, 合計
    料金, 価格, 残高, クーポン, 割引, バーコード, 番号, 商品コード, エラーコード, 国コード, 銀行コード, 支店コード
ko: 주문, 송장, 영수증, 운송장, 배송, 고객, 회원, 예약, 전화, 연락처, 우편번호, 사업자, 금액, 가격, 합계, 잔액
    쿠폰, 할인, 문의, 번호, 상품코드, 상품 코드, 오류코드, 오류 코드, 에러 코드
th: คำสั่งซื้อ, ใบแจ้งหนี้, ใบเสร็จ, พัสดุ, ติดตาม, ลูกค้า, โทร, ไปรษณีย์, จำนวนเงิน, ราคา, ส่วนลด, คูปอง, หมายเลข
    เลขที่
xx: №, ©
"""
