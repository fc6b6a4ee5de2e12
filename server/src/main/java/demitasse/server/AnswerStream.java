package demitasse.server;

import io.javalin.http.Context;
import java.util.function.Function;

/** How the chunks of an answer go to the client. All throw {@link ClientGoneException}. */
interface AnswerStream {
    boolean begun();

    void send(Object chunk);

    /** Called now and then while there is nothing to send. */
    void idle();

    void done();

    /** Ends a stream that failed after it had begun, when the status can no longer say so. */
    void fail(Throwable cause);

    /** OpenAI's: server-sent events, at the end {@code [DONE]}. */
    static AnswerStream events(Context ctx) {
        return events(ctx, "[DONE]", Faults::toError);
    }

    /** llama-server's: the last event says itself that it is. */
    static AnswerStream llamaEvents(Context ctx) {
        return events(ctx, null, Faults::toLlamaError);
    }

    /** @param last sent at the end; null: nothing */
    private static AnswerStream events(Context ctx, String last, Function<Throwable, Object> error) {
        EventStream events = new EventStream(ctx);
        return new AnswerStream() {
            @Override
            public boolean begun() {
                return events.begun();
            }

            @Override
            public void send(Object chunk) {
                events.data(Json.text(chunk));
            }

            @Override
            public void idle() {
                events.heartbeat();
            }

            @Override
            public void done() {
                if (last != null) {
                    events.data(last);
                }
            }

            @Override
            public void fail(Throwable cause) {
                send(error.apply(cause));
            }
        };
    }

    /** Ollama's: a JSON document a line. There is nothing to send a client that waits. */
    static AnswerStream lines(Context ctx) {
        EventStream lines = EventStream.lines(ctx);
        return new AnswerStream() {
            @Override
            public boolean begun() {
                return lines.begun();
            }

            @Override
            public void send(Object chunk) {
                lines.line(Json.text(chunk));
            }

            @Override
            public void idle() {}

            @Override
            public void done() {}

            @Override
            public void fail(Throwable cause) {
                send(Faults.toOllamaError(cause));
            }
        };
    }
}
