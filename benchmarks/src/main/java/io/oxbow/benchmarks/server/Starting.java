package io.oxbow.benchmarks.server;

import java.io.IOException;

/** Starts a server, or leaves nothing of it. */
final class Starting {

    private Starting() {}

    static Server start(Server server) throws IOException, InterruptedException {
        boolean ready = false;
        try {
            server.launch();
            server.awaitReady();
            ready = true;
            return server;
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }
}
