package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives tests a {@link CephGateway} or an {@link S3ProxyServer} as a parameter. All tests of a JVM
 * share it: it is started when first asked for, and ended after the last test.
 */
public final class SharedServers implements ParameterResolver {

    private static final Logger LOG = LoggerFactory.getLogger(SharedServers.class);

    private static final int STARTS = 3;

    private static final Namespace NAMESPACE = Namespace.create(SharedServers.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == CephGateway.class || type == S3ProxyServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == CephGateway.class
                ? shared(context, CephGateway.class, () -> start(CephGateway::start))
                : shared(context, S3ProxyServer.class, () -> start(S3ProxyServer::start));
    }

    private static <T> T shared(ExtensionContext context, Class<T> type, Supplier<T> start) {
        if (type == CephGateway.class) {
            Requirement.require(
                    CephGateway.isInstalled(),
                    "Ceph (apt-get install --no-install-recommends radosgw ceph-mon ceph-osd"
                            + " ceph-common)");
        }
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(type, ignored -> start.get(), type);
    }

    private interface Start<T> {
        T start() throws IOException, InterruptedException;
    }

    /**
     * Starts a server, anew with other ports and another directory when a start failed. These are
     * others' programs, and another process may have taken a port in between.
     */
    private static <T> T start(Start<T> start) {
        var failures = new AssertionError("an installed server does not start");
        for (int i = 0; i < STARTS; i++) {
            try {
                return start.start();
            } catch (IOException e) {
                LOG.warn("start {} of a server failed", i + 1, e);
                failures.addSuppressed(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
        throw failures;
    }
}
