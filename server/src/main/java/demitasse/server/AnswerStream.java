package demitasse.server;

import io.javalin.http.Context;

/** How the chunks of an answer go to the client. All but {@link #close} throw {@link ClientGoneException}. */
interface AnswerStream extends AutoCloseable {
    boolean begun();

    void send(Object chunk);

    /** Called now and then while there is nothing to send. */
    void idle();

    void done();

    /** Ends a stream that failed after it had begun, when the status can no longer say so. */
    void fail(RuntimeException cause);

    @Override
    void close();

    /** OpenAI's: server-sent events, at the end {@code [DONE]}. */
    static AnswerStream events(Context ctx) {
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
                events.data("[DONE]");
            }

            @Override
            public void fail(RuntimeException cause) {
                send(Faults.toError(cause));
            }

            @Override
            public void close() {}
        };
    }

    /** Ollama's: a JSON document a line. There is nothing to send a client that waits, so its connection is watched. */
    static AnswerStream lines(Context ctx) {
        EventStream lines = EventStream.lines(ctx);
        ClientWatch client = ClientWatch.on(ctx);
        return new AnswerStream() {
            @Override
            public boolean begun() {
                return lines.begun();
            }

            @Override
            public void send(Object chunk) {
                if (!begun()) {
                    client.close();
                }
                lines.line(Json.text(chunk));
            }

            @Override
            public void idle() {
                if (!begun()) {
                    client.check();
                }
            }

            @Override
            public void done() {}

            @Override
            public void fail(RuntimeException cause) {
                send(Faults.toOllamaError(cause));
            }

            @Override
            public void close() {
                if (!begun()) {
                    client.close();
                }
            }
        };
    }
}
