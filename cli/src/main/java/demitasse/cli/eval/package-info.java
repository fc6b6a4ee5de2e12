/** The evaluation of the assistant on a folder of data: parts, metrics, intervals and the page of errors. */
package demitasse.cli.eval;
