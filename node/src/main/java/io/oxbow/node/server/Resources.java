package io.oxbow.node.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes opened resources in the opposite order; one that does not close does not stop the rest.
 */
final class Resources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private volatile Supplier<String> closing = () -> "nothing";

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Returns the name of the resource that is being closed. */
    String closing() {
        return closing.get();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            closing =
                    resource instanceof Resources parts
                            ? parts::closing
                            : resource.getClass()::getSimpleName;
            try {
                resource.close();
            } catch (Throwable e) {
                LOG.warn("{} did not close", resource.getClass().getSimpleName(), e);
            }
        }
    }
}
