package demitasse.rag;

/**
 * A question with the passages that a search found for it.
 *
 * @param question of {@link PassageReader#projectQuestion}
 * @param passages of {@link PassageReader#project}
 * @param found of {@link PassageReader#found}, for each passage
 * @param right which of them answer; none: the documents do not
 */
record ReaderExample(float[] question, byte[][] passages, float[][] found, boolean[] right) {}
