package demitasse.server;

import com.fasterxml.jackson.databind.JsonNode;
import demitasse.agent.BackOffice;
import demitasse.agent.UnansweredQuestion;
import demitasse.agent.UnansweredTopic;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What customers asked and got no good answer to, for those who write the documents. */
final class QuestionEndpoints {
    /** @param text masked */
    record Question(long id, String text, String at, String why, String intent, String language) {
        static Question of(UnansweredQuestion question) {
            return new Question(
                    question.id(),
                    question.text(),
                    question.at().toString(),
                    question.why(),
                    question.intent(),
                    question.language());
        }
    }

    /** @param question the one in the middle, for a heading */
    record Topic(String question, List<Question> questions) {
        static Topic of(UnansweredTopic topic) {
            return new Topic(
                    topic.question(),
                    topic.questions().stream().map(Question::of).toList());
        }
    }

    record Topics(String object, List<Topic> data, int questions) {
        static Topics of(List<UnansweredTopic> topics) {
            List<Topic> data = topics.stream().map(Topic::of).toList();
            return new Topics(
                    "list",
                    data,
                    data.stream().mapToInt(topic -> topic.questions.size()).sum());
        }
    }

    record Settled(int settled) {}

    private final Desk desk;
    private final Limits limits;

    QuestionEndpoints(Desk desk, Limits limits) {
        this.desk = desk;
        this.limits = limits;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/kb/questions", this::topics, Access.ADMIN);
        routes.post("/v1/kb/questions/settle", this::settle, Access.ADMIN);
    }

    private void topics(Context ctx) {
        Send.json(ctx, Topics.of(desk.backOffice().unansweredTopics()));
    }

    private void settle(Context ctx) throws IOException {
        JsonNode ids = Fields.of(ctx, limits.bodyBytes()).node("ids");
        if (!ids.isArray() || ids.isEmpty() || ids.size() > BackOffice.MAX_QUESTIONS) {
            throw ApiException.invalid(
                    "ids", "'ids' must be an array of 1 to " + BackOffice.MAX_QUESTIONS + " numbers");
        }
        List<Long> numbers = new ArrayList<>();
        for (JsonNode id : ids) {
            if (!id.isIntegralNumber() || !id.canConvertToLong()) {
                throw ApiException.invalid("ids", "'ids' must be an array of whole numbers");
            }
            numbers.add(id.longValue());
        }
        Send.json(ctx, new Settled(desk.backOffice().settle(numbers)));
    }
}
