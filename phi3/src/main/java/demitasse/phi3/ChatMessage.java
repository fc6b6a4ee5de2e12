package demitasse.phi3;

/** @param role system, user, assistant or tool */
public record ChatMessage(String role, String content) {}
