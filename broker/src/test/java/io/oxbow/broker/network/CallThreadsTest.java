package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.processor.ProcessorThreads;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.env.Policy;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the failures of calls' tasks. */
class CallThreadsTest {

    /** Every way in which a connection has code run. */
    enum Root {
        IN_ORDER(CallThreads::inOrder),
        BESIDE(CallThreads::beside),
        BUSY(CallThreads::busy),
        LOUD((threads, task) -> threads.loud("a task", task).run());

        private final BiConsumer<CallThreads, Runnable> way;

        Root(BiConsumer<CallThreads, Runnable> way) {
            this.way = way;
        }
    }

    private final Environment environment = Environment.system();
    private final Component health = environment.health().essential("network", Policy.RETRY);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ProcessorThreads processor = ProcessorThreads.of("busy", 1, health::failed);
    private final CallThreads threads =
            new CallThreads(environment.threads(), health, "client", processor, ended::countDown);

    @AfterEach
    void close() {
        processor.close();
    }

    @ParameterizedTest
    @EnumSource
    void errorIsCountedAndEndsTheConnection(Root root) throws Exception {
        root.way.accept(
                threads,
                () -> {
                    throw new OutOfMemoryError("no heap");
                });
        ended.await();
        assertThat(environment.health().failures("network")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void exceptionIsCountedAndEndsTheConnection(Root root) throws Exception {
        root.way.accept(
                threads,
                () -> {
                    throw new IllegalStateException("broken");
                });
        ended.await();
        assertThat(environment.health().failures("network")).isEqualTo(1);
    }
}
