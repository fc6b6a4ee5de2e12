/** Benchmarks in the manner of llama-bench, and synthetic models of true shape to run them on. */
package demitasse.bench;
