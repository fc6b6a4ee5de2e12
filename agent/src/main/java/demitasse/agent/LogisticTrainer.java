package demitasse.agent;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Fits a {@link Head}: weighted multinomial logistic regression with an L2 penalty, by L-BFGS (Nocedal and Wright,
 * Numerical Optimization, algorithm 7.5) in double precision. One thread and no random numbers: the same data give the
 * same head.
 */
final class LogisticTrainer {
    /**
     * @param weight how much the row counts
     * @param known log-probabilities of the labels to which the head's scores are added; null where nothing is known
     */
    record Row(float[] vector, int label, double weight, double[] known) {
        Row(float[] vector, int label, double weight) {
            this(vector, label, weight, null);
        }
    }

    private record Step(double[] change, double[] gradientChange, double rho) {}

    private static final int MEMORY = 10;
    private static final int MAX_ITERATIONS = 100;
    private static final double TOLERANCE = 1e-4;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final int MAX_HALVINGS = 30;

    private final List<Row> rows;
    private final int classes;
    private final int dimensions;
    private final double penalty;
    private final double totalWeight;

    /** @param penalty of the squared weights, against a mean loss a row; the bias is free */
    private LogisticTrainer(List<Row> rows, int classes, double penalty) {
        this.rows = rows;
        this.classes = classes;
        this.dimensions = rows.getFirst().vector().length;
        this.penalty = penalty;
        this.totalWeight = rows.stream().mapToDouble(Row::weight).sum();
    }

    static Head fit(List<String> labels, List<Row> rows, double penalty) {
        LogisticTrainer trainer = new LogisticTrainer(rows, labels.size(), penalty);
        double[] x = trainer.minimise();
        float[][] weights = new float[labels.size()][trainer.dimensions];
        float[] bias = new float[labels.size()];
        for (int c = 0; c < weights.length; c++) {
            for (int d = 0; d < trainer.dimensions; d++) {
                weights[c][d] = (float) x[c * (trainer.dimensions + 1) + d];
            }
            bias[c] = (float) x[c * (trainer.dimensions + 1) + trainer.dimensions];
        }
        return new Head(labels, weights, bias);
    }

    private double[] minimise() {
        double[] x = new double[classes * (dimensions + 1)];
        double[] gradient = new double[x.length];
        double value = loss(x, gradient);
        Deque<Step> steps = new ArrayDeque<>();
        for (int iteration = 0; iteration < MAX_ITERATIONS && norm(gradient) > TOLERANCE; iteration++) {
            double[] direction = direction(gradient, steps);
            double slope = dot(direction, gradient);
            double[] next = new double[x.length];
            double[] nextGradient = new double[x.length];
            double length = steps.isEmpty() ? 1 / Math.max(1, norm(gradient)) : 1;
            double nextValue = value;
            int halvings = 0;
            do {
                for (int i = 0; i < x.length; i++) {
                    next[i] = x[i] + length * direction[i];
                }
                nextValue = loss(next, nextGradient);
                length /= 2;
            } while (nextValue > value + SUFFICIENT_DECREASE * 2 * length * slope && ++halvings < MAX_HALVINGS);
            if (halvings == MAX_HALVINGS) {
                break;
            }
            remember(steps, x, next, gradient, nextGradient);
            x = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return x;
    }

    private static void remember(Deque<Step> steps, double[] x, double[] next, double[] g, double[] nextG) {
        double[] s = new double[x.length];
        double[] y = new double[x.length];
        for (int i = 0; i < s.length; i++) {
            s[i] = next[i] - x[i];
            y[i] = nextG[i] - g[i];
        }
        double curvature = dot(s, y);
        if (curvature > 0) {
            steps.addLast(new Step(s, y, 1 / curvature));
            if (steps.size() > MEMORY) {
                steps.removeFirst();
            }
        }
    }

    /** The two-loop recursion: minus the inverse Hessian, as far as remembered, times the gradient. */
    private static double[] direction(double[] gradient, Deque<Step> steps) {
        double[] q = gradient.clone();
        double[] alpha = new double[steps.size()];
        int i = steps.size();
        for (Iterator<Step> it = steps.descendingIterator(); it.hasNext(); ) {
            Step step = it.next();
            alpha[--i] = step.rho * dot(step.change, q);
            add(q, -alpha[i], step.gradientChange);
        }
        if (!steps.isEmpty()) {
            Step last = steps.getLast();
            scale(q, 1 / (last.rho * dot(last.gradientChange, last.gradientChange)));
        }
        for (Step step : steps) {
            double beta = step.rho * dot(step.gradientChange, q);
            add(q, alpha[i++] - beta, step.change);
        }
        scale(q, -1);
        return q;
    }

    /** Mean cross-entropy and penalty; fills the gradient. */
    private double loss(double[] x, double[] gradient) {
        Arrays.fill(gradient, 0);
        double sum = 0;
        double[] p = new double[classes];
        for (Row row : rows) {
            double highest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                p[c] = score(x, c, row.vector) + (row.known == null ? 0 : row.known[c]);
                highest = Math.max(highest, p[c]);
            }
            double total = 0;
            for (int c = 0; c < classes; c++) {
                p[c] = Math.exp(p[c] - highest);
                total += p[c];
            }
            sum -= row.weight * Math.log(Math.max(p[row.label] / total, Double.MIN_NORMAL));
            for (int c = 0; c < classes; c++) {
                double error = row.weight * (p[c] / total - (c == row.label ? 1 : 0)) / totalWeight;
                addGradient(gradient, c, row.vector, error);
            }
        }
        return sum / totalWeight + addPenalty(x, gradient);
    }

    private double score(double[] x, int c, float[] vector) {
        int at = c * (dimensions + 1);
        // Four sums, because each addition would wait for the one before.
        double a = x[at + dimensions];
        double b = 0;
        double e = 0;
        double f = 0;
        int d = 0;
        for (; d + 3 < dimensions; d += 4) {
            a += x[at + d] * vector[d];
            b += x[at + d + 1] * vector[d + 1];
            e += x[at + d + 2] * vector[d + 2];
            f += x[at + d + 3] * vector[d + 3];
        }
        for (; d < dimensions; d++) {
            a += x[at + d] * vector[d];
        }
        return a + b + e + f;
    }

    private void addGradient(double[] gradient, int c, float[] vector, double error) {
        int at = c * (dimensions + 1);
        for (int d = 0; d < dimensions; d++) {
            gradient[at + d] += error * vector[d];
        }
        gradient[at + dimensions] += error;
    }

    private double addPenalty(double[] x, double[] gradient) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            if (i % (dimensions + 1) != dimensions) {
                sum += penalty / 2 * x[i] * x[i];
                gradient[i] += penalty * x[i];
            }
        }
        return sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    private static void add(double[] a, double factor, double[] b) {
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * b[i];
        }
    }

    private static void scale(double[] a, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
    }
}
