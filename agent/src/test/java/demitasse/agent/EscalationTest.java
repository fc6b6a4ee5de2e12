package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscalationTest {
    private final Escalation escalation = Escalation.bundled();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            asked | speak to a human
            asked | get me someone real
            asked | Can I talk to a real person please?
            asked | agent
            asked | I want to talk to a person
            asked | connect me with your support team
            asked | I don't want to talk to a bot
            asked | nobody answers my emails
            legal | I'll call my lawyer
            legal | I will sue you
            legal | I will take you to court over this order
            legal | I'm reporting you to the authorities
            legal | expect a letter, I have contacted the ombudsman
            fraud | Someone is using my card without permission
            fraud | There are strange transactions on my account
            fraud | my account was hacked
            safety | the kettle caught fire
            safety | your blender injured my son
            safety | my daughter was taken to hospital after using this
            safety | I am a journalist and write about your data breach
            self_harm | I want to kill myself
            self_harm | I just want to end it all
            self_harm | i don’t want to live anymore
            complaint | I want to file a complaint
            complaint | this is unacceptable
            complaint | pathetic service
            complaint | I am furious, this is the worst company ever
            """)
    void callsAPerson(String reason, String text) {
        assertEquals(Optional.of(Escalation.Reason.of(reason)), escalation.byRules(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "how do I set up my password manager?",
                "is it legal to resell your coffee?",
                "how do I contact human resources about a job?",
                "how do I talk to my doctor about supplements?",
                "are you human?",
                "what are you, a bot or human",
                "am I talking to a person or a robot?",
                "I am using my card and it gets declined",
                "Can I burn a DVD with the ISO file?",
                "how long does a refund take?",
                "do you have an emergency exit light?",
                "which file manager do you recommend?",
                "what is your customer care number",
                "can my agent pick up the parcel",
                "the dead router must be replaced",
                "Do you sell fire pits?",
                "when is the manager's special on?"
            })
    void answersItself(String text) {
        assertEquals(Optional.empty(), escalation.byRules(text));
    }
}
