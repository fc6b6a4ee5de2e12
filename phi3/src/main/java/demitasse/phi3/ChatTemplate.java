package demitasse.phi3;

import java.util.List;

/** Turns a conversation into a prompt as the model was trained to see it. */
public interface ChatTemplate {
    /** @param addGenerationPrompt end with the opening of the assistant's turn */
    Prompt render(List<ChatMessage> messages, boolean addGenerationPrompt);
}
