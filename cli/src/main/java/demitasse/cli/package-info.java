/** cli, see docs/ARCHITECTURE.md. */
package demitasse.cli;
