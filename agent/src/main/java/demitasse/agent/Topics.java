package demitasse.agent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Puts questions together that are about the same thing: average-link clustering of their sentence vectors. The two nearest
 * groups become one until none are near enough, so the result does not depend on the order in which they came.
 */
final class Topics {
    /**
     * Mean cosine of two groups that are about the same thing. A topic is settled as a whole, so what is together should
     * belong together: pairs of the practice questions come out with precision 0.72 and recall 0.41; 0.45 gives 0.63 and
     * 0.53.
     */
    private static final double NEAR = 0.55;

    private final List<UnansweredQuestion> questions;
    /** [question][question] cosines; of groups, at the index of their first question, the mean. */
    private final double[][] cosines;

    private final double[][] links;
    private final List<List<Integer>> groups = new ArrayList<>();

    private Topics(List<UnansweredQuestion> questions, List<float[]> vectors) {
        this.questions = questions;
        cosines = new double[questions.size()][questions.size()];
        for (int i = 0; i < cosines.length; i++) {
            for (int j = 0; j < cosines.length; j++) {
                cosines[i][j] = Vectors.dot(vectors.get(i), vectors.get(j));
            }
            groups.add(new ArrayList<>(List.of(i)));
        }
        links = Arrays.stream(cosines).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * @param vectors of length 1, one for each question
     * @return the largest first, of equal ones that with the newest question
     */
    static List<UnansweredTopic> of(List<UnansweredQuestion> questions, List<float[]> vectors) {
        Topics topics = new Topics(questions, vectors);
        while (topics.joinNearest()) {
            // until no two groups are near
        }
        return topics.groups.stream()
                .filter(group -> !group.isEmpty())
                .map(topics::topic)
                .sorted(Comparator.comparingInt(
                                (UnansweredTopic topic) -> -topic.questions().size())
                        .thenComparingLong(
                                topic -> -topic.questions().getFirst().id()))
                .toList();
    }

    private boolean joinNearest() {
        double best = NEAR;
        int a = -1;
        int b = -1;
        for (int i = 0; i < links.length; i++) {
            for (int j = i + 1; j < links.length && !groups.get(i).isEmpty(); j++) {
                if (links[i][j] >= best && !groups.get(j).isEmpty()) {
                    best = links[i][j];
                    a = i;
                    b = j;
                }
            }
        }
        if (a >= 0) {
            join(a, b);
        }
        return a >= 0;
    }

    private void join(int a, int b) {
        double weightA = groups.get(a).size();
        double weightB = groups.get(b).size();
        for (int k = 0; k < links.length; k++) {
            links[a][k] = (weightA * links[a][k] + weightB * links[b][k]) / (weightA + weightB);
            links[k][a] = links[a][k];
        }
        groups.get(a).addAll(groups.get(b));
        groups.get(b).clear();
    }

    private UnansweredTopic topic(List<Integer> group) {
        int middle = group.stream()
                .max(Comparator.comparingDouble(
                        i -> group.stream().mapToDouble(j -> cosines[i][j]).sum()))
                .orElseThrow();
        List<UnansweredQuestion> newestFirst = group.stream()
                .map(questions::get)
                .sorted(Comparator.comparingLong(UnansweredQuestion::id).reversed())
                .toList();
        return new UnansweredTopic(questions.get(middle).text(), newestFirst);
    }
}
