/** bench, see docs/ARCHITECTURE.md. */
package demitasse.bench;
