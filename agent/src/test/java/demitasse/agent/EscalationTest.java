package demitasse.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EscalationTest {
    private static final Languages ENGLISH_SHOP = new Languages("en");

    private final Escalation escalation = new Escalation(LanguageFiles.bundled());

    private Optional<Escalation.Reason> reason(String text) {
        return escalation.byRules(Heard.of(text, text, ENGLISH_SHOP)).map(Escalation.Found::reason);
    }

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
            asked | I need a real person
            asked | can I talk to somebody from your team
            asked | put me through to an advisor
            asked | is there a human I can chat with?
            asked | please connect me to customer service
            asked | let me speak with a manager
            asked | I'd like to speak to whoever is in charge
            asked | give me your supervisor
            asked | stop with the bot, I want a person
            asked | Can someone call me back please
            asked | human please
            asked | live agent
            asked | how can I reach a human being here
            asked | transfer me to a representative
            asked | I don't want to talk to a machine
            asked | could a colleague take a look at this
            asked | I prefer to deal with a person
            asked | any chance to talk to a real human?
            legal | my attorney will contact you
            legal | you will hear from my solicitor
            legal | I'm going to sue your company
            legal | I will take legal action
            legal | see you in court
            legal | I am filing a claim in small claims court
            legal | I'll report this to the police
            legal | expect a letter from our legal department
            legal | I will go to the consumer protection agency
            fraud | somebody stole my credit card and used it in your shop
            fraud | my account has been hacked
            fraud | I think I have been scammed
            fraud | there is a charge on my card I never authorized
            fraud | someone else is logging in to my account
            fraud | this looks like a phishing mail from you
            safety | the charger caught fire
            safety | I got an electric shock from the lamp
            safety | my son was injured by your toy
            safety | smoke is coming out of the device
            safety | she had an allergic reaction after eating it
            safety | the battery exploded
            safety | I burned my hand because the lid came off
            self_harm | i dont want to live any more
            self_harm | I am thinking about suicide
            self_harm | I'm going to end my life
            self_harm | life is not worth living
            self_harm | I want to hurt myself
            self_harm | nobody would miss me if I was dead
            self_harm | I feel like ending it all
            self_harm | i see no sense and do not want to go on living
            self_harm | she said i should rest but i no longer feel like living
            complaint | this is the worst service I have ever had
            complaint | I am so fed up with you
            complaint | you people are thieves
            complaint | I'm never ordering from you again
            complaint | this is outrageous
            complaint | absolutely useless company
            complaint | I'd like to lodge a formal complaint about my order
            complaint | this is the third time my parcel is lost
            self_harm | ich will nicht mehr leben
            self_harm | quiero morir
            asked | Ich möchte mit einem Menschen sprechen
            asked | je veux parler à un conseiller
            """)
    void callsAPerson(String reason, String text) {
        assertEquals(Optional.of(Escalation.Reason.of(reason)), reason(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "how do I set up my password manager?",
                "how do I set up the password manager?",
                "is it legal to resell your products",
                "how do I reach human resources",
                "what does the task manager show",
                "do you sell books about human rights",
                "is the statue of a human figure in stock",
                "can I return the agent orange poster",
                "does the travel agent discount apply",
                "what cleaning agent is in the powder",
                "is there a person limit for the trampoline",
                "how many people fit in the tent",
                "is the two-person tent waterproof",
                "can I order in person at the store",
                "do you have a store manager position open",
                "I am looking for a job as customer service agent",
                "what is the legal warranty period",
                "what is the legal age to buy wine",
                "where can I find your legal notice",
                "do you sell lawyer costumes",
                "is the chair suitable for a law office",
                "do I need a lawyer to return a gift",
                "the court shoes do not fit",
                "is the tennis court open",
                "do you have fraud protection for payments",
                "what do you do to prevent fraud",
                "do you sell scam-proof card sleeves",
                "how do I report a phishing e-mail to you",
                "does the fire pit come with a grill",
                "where is the fire extinguisher sold",
                "do you have smoke detectors",
                "how do I set the smoking temperature on the grill",
                "is the fire TV stick compatible",
                "what is the emergency contact field for",
                "I have an emergency kit question: what is in it",
                "does the cream help against burns",
                "is the knife sharp enough to cut meat",
                "my phone died, does the warranty cover it",
                "the killer sudoku book is missing a page",
                "what is the deadline for returns",
                "I'm dying to try the new roast, when is it out",
                "do you sell a press for garlic",
                "is the french press dishwasher safe",
                "can I pay with my hospital discount",
                "what is your complaint procedure",
                "how do I file my documents in the folder",
                "the service light is on",
                "is the customer service number free of charge",
                "what are the hours of customer service",
                "can you call the courier",
                "which support bracket fits the shelf",
                "does the app support dark mode",
                "the speaker does not connect to my phone",
                "can I talk to my doctor about these vitamins first",
                "how do I connect to the wifi",
                "I want to switch to a bigger plan",
                "I want to transfer money to my wallet",
                "my parcel was stolen, what now",
                "I lost my card, how do I block it",
                "someone ordered this for me as a gift, can I return it",
                "what a useful service, thanks",
                "is the ambulance toy car in stock",
                "do you offer damage protection",
                "the vase arrived damaged",
                "can my wife pick up the order for me",
                "what happens if nobody is home",
                "there was no one at home when the parcel came",
                "who can repair my bike",
                "do you have a representative office in Spain",
                "is there an operator manual",
                "how do I operate the machine",
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
        assertEquals(Optional.empty(), reason(text));
    }
}
