/** server, see docs/ARCHITECTURE.md. */
package demitasse.server;
