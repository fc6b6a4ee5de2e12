/** Tool calls: what is offered to a model, how models write calls, and how their output is read back. */
package demitasse.phi3.tools;
