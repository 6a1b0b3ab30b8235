package io.oxbow.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Tests the wait for topics' leaders. */
class TopicsTest {

    private static final TopicPartition PARTITION = new TopicPartition("load", 0);

    private final AtomicInteger asked = new AtomicInteger();

    /** Fails so many times, as a node that has not heard of the topic; then answers. */
    private Admin admin(int failures, RuntimeException failure) {
        return (Admin)
                Proxy.newProxyInstance(
                        Admin.class.getClassLoader(),
                        new Class<?>[] {Admin.class},
                        (proxy, method, arguments) -> {
                            assertThat(method.getName()).isEqualTo("listOffsets");
                            var answer =
                                    new KafkaFutureImpl<ListOffsetsResult.ListOffsetsResultInfo>();
                            if (asked.getAndIncrement() < failures) {
                                answer.completeExceptionally(failure);
                            } else {
                                answer.complete(null);
                            }
                            return new ListOffsetsResult(Map.of(PARTITION, answer));
                        });
    }

    private static void await(Admin admin, Duration patience) throws Exception {
        Topics.awaitLeaders(admin, Set.of(PARTITION), System.nanoTime() + patience.toNanos());
    }

    @Test
    void nodesThatHaveNotHeardOfATopicAreAskedAgain() throws Exception {
        await(admin(3, new UnknownTopicOrPartitionException("not here")), Duration.ofMinutes(1));
        assertThat(asked).hasValue(4);
    }

    @Test
    void notForEver() {
        Admin admin = admin(Integer.MAX_VALUE, new UnknownTopicOrPartitionException("not here"));
        assertThatThrownBy(() -> await(admin, Duration.ofMillis(100)))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("not here");
    }

    @Test
    void permanentErrorsAreNotWaitedFor() {
        Admin admin = admin(Integer.MAX_VALUE, new TopicAuthorizationException("not for you"));
        assertThatThrownBy(() -> await(admin, Duration.ofMinutes(1)))
                .hasMessageContaining("not for you");
        assertThat(asked).hasValue(1);
    }
}
