/**
 * Our interpreter of the Jinja language, as far as chat templates need it. Templates are data from strangers: they see
 * values and nothing else, and steps, depth and output are bounded.
 */
package demitasse.phi3.jinja;
