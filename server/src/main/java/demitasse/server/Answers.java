package demitasse.server;

import demitasse.phi3.GenerationResult;
import demitasse.phi3.ScoredToken;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes the answers to a request and sends them, whole or as they are made.
 *
 * @param streams the dialect's
 */
record Answers(ChatEngine engine, Function<Context, AnswerStream> streams) {
    void send(Context ctx, List<int[]> prompts, GenerationRequest request, AnswerShape shape) {
        List<Job> jobs = request.jobs(prompts);
        if (request.stream()) {
            stream(ctx, jobs, shape);
        } else {
            Send.json(ctx, shape.whole(generate(ctx, jobs)));
        }
    }

    private List<AnswerShape.Answer> generate(Context ctx, List<Job> jobs) {
        List<List<ScoredToken>> tokens = new ArrayList<>();
        jobs.forEach(job -> tokens.add(new ArrayList<>()));
        List<GenerationResult> results;
        try (ClientWatch client = ClientWatch.on(ctx)) {
            results = engine.generate(
                    jobs,
                    piece -> {
                        tokens.get(piece.choice()).addAll(piece.tokens());
                        return !client.gone();
                    },
                    client::check);
        }
        List<AnswerShape.Answer> answers = new ArrayList<>();
        for (GenerationResult result : results) {
            answers.add(new AnswerShape.Answer(result.text(), tokens.get(answers.size()), result));
        }
        return answers;
    }

    private void stream(Context ctx, List<Job> jobs, AnswerShape shape) {
        AnswerStream stream = streams.apply(ctx);
        try {
            Chunks chunks = new Chunks(stream, shape, jobs.size());
            List<GenerationResult> results = generate(ctx, jobs, stream, chunks);
            shape.end(results).forEach(stream::send);
            stream.done();
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            if (!stream.begun()) {
                throw e;
            }
            stream.fail(e);
        }
    }

    /** Watches the client too: what is written to one that has left fails a token or a heartbeat too late. */
    private List<GenerationResult> generate(Context ctx, List<Job> jobs, AnswerStream stream, Chunks chunks) {
        try (ClientWatch client = ClientWatch.on(ctx)) {
            return engine.generate(
                    jobs,
                    piece -> {
                        client.check();
                        return chunks.accept(piece);
                    },
                    () -> {
                        client.check();
                        stream.idle();
                    });
        }
    }

    /** Sends each answer's opening before its first text, as soon as the prompt has been read. */
    private static final class Chunks {
        private final AnswerStream stream;
        private final AnswerShape shape;
        private final boolean[] opened;

        Chunks(AnswerStream stream, AnswerShape shape, int choices) {
            this.stream = stream;
            this.shape = shape;
            this.opened = new boolean[choices];
        }

        boolean accept(Piece piece) {
            if (!opened[piece.choice()]) {
                opened[piece.choice()] = true;
                shape.first(piece.choice()).forEach(stream::send);
            }
            shape.piece(piece).forEach(stream::send);
            return true;
        }
    }
}
