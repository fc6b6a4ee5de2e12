package demitasse.server;

import demitasse.phi3.GenerationOptions;

/** One answer that a request asks for. */
record Job(int[] prompt, GenerationOptions options) {}
