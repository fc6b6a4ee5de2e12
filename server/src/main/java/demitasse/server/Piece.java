package demitasse.server;

import demitasse.phi3.ScoredToken;
import java.util.List;

/**
 * A part of one of a request's answers.
 *
 * @param text empty when the prompt has been read, and while a character is incomplete
 * @param tokens those whose text begins here, if the request asked for them
 * @param timings of the answer so far
 */
record Piece(int choice, String text, List<ScoredToken> tokens, Usage.Timings timings) {}
