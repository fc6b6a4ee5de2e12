package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {
    private final Languages english = new Languages("en");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            de | wo ist meine Bestellung?
            de | Wie lange dauert die Lieferung?
            de | Ich möchte einen Artikel zurückgeben
            de | Passwort vergessen
            de | Kann ich mit PayPal bezahlen?
            de | Mein Wasserkocher ist kaputt, was kann ich tun?
            de | Haben Sie am Samstag geöffnet?
            de | Liefern Sie auch nach Österreich?
            fr | Où est ma commande ?
            fr | Je voudrais retourner un article
            fr | Combien de temps prend la livraison ?
            fr | J'ai oublié mon mot de passe
            fr | Est-ce que vous livrez en Suisse ?
            fr | la machine ne marche plus
            fr | Quels sont vos horaires d'ouverture ?
            es | ¿Dónde está mi pedido?
            es | Quiero devolver un producto
            es | ¿Cuánto tarda el envío?
            es | he olvidado mi contraseña
            es | ¿Puedo pagar con tarjeta?
            es | no funciona la cafetera
            es | ¿Cuándo abren los sábados?
            it | Dov'è il mio ordine?
            it | Vorrei restituire un articolo
            it | Quanto tempo ci vuole per la consegna?
            it | Ho dimenticato la password
            it | Posso pagare con la carta?
            it | la macchina non funziona più
            pt | Onde está o meu pedido?
            pt | Quero devolver um produto
            pt | Quanto tempo demora a entrega?
            pt | esqueci a minha senha
            pt | vocês entregam em Portugal?
            nl | Waar is mijn bestelling?
            nl | Ik wil een artikel retourneren
            nl | Hoe lang duurt de levering?
            nl | wachtwoord vergeten
            nl | kan ik met creditcard betalen?
            pl | Gdzie jest moje zamówienie?
            pl | Chcę zwrócić produkt
            pl | Jak długo trwa dostawa?
            pl | zapomniałem hasła do konta
            sv | Var är min beställning?
            sv | Jag vill returnera en vara
            sv | Hur lång tid tar leveransen?
            sv | jag har glömt mitt lösenord
            da | Hvor er min bestilling?
            da | Jeg vil gerne returnere en vare
            da | Hvor lang tid tager leveringen?
            tr | siparişim nerede?
            tr | Bir ürünü iade etmek istiyorum
            tr | şifremi unuttum
            ru | Где мой заказ?
            zh | 我的订单在哪里？
            ja | 注文はどこですか？
            ko | 제 주문은 어디에 있나요?
            ar | أين طلبي؟
            hi | मेरा ऑर्डर कहाँ है?
            el | Πού είναι η παραγγελία μου;
            """)
    void tellsOtherLanguages(String code, String text) {
        assertEquals(Optional.of(code), english.foreign(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Do you ship to São Paulo?",
                "My name is Jürgen Müller and I live in Köln",
                "where is the Café au lait machine",
                "La Pavoni",
                "De Longhi Magnifica",
                "crème brûlée",
                "order for Ana de la Cruz",
                "el niño blend",
                "Is the Schöne Aussicht blend back?",
                "van der Berg, order 12345",
                "do you have dulce de leche",
                "Das Boot DVD",
                "Beans from Costa Rica and El Salvador",
                "Москва cups in stock?",
                "no sound",
                "refund",
                "12345",
                ""
            })
    void isSilentOnEnglishWithForeignNames(String text) {
        assertEquals(Optional.empty(), english.foreign(text));
    }

    @Test
    void aLanguageOfTheKnowledgeBaseIsNotForeign() {
        Languages both = new Languages("en, de");
        assertEquals(Optional.empty(), both.foreign("Wie lange dauert die Lieferung?"));
        assertEquals("Englisch, Deutsch", both.spokenIn("de"));
        assertEquals(Optional.of("fr"), both.foreign("Où est ma commande ?"));
    }
}
