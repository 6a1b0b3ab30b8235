package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that what nobody expected of a controller's handler is answered, and told of. */
@Timeout(60)
class ControllerServiceTest {

    private final List<Throwable> told = new CopyOnWriteArrayList<>();

    /** Handler that does with a call as it is told. */
    private record Deletions(BiConsumer<Call, Runnable> way, Runnable failure)
            implements ApiHandler {

        @Override
        public Map<ApiKeys, Versions> apis() {
            return Map.of(ApiKeys.DELETE_TOPICS, Versions.all(ApiKeys.DELETE_TOPICS));
        }

        @Override
        public void handle(Call call) {
            way.accept(call, failure);
        }
    }

    /** Ways on which a handler fails: at once, on a thread beside, and in its order. */
    static Stream<Arguments> ways() {
        return Stream.<BiConsumer<Call, Runnable>>of(
                        (call, failure) -> failure.run(),
                        Call::runBeside,
                        Call::runInOrder,
                        (call, failure) -> call.runInOrder(() -> false, failure))
                .map(Arguments::of);
    }

    private Errors answer(BiConsumer<Call, Runnable> way, Throwable failure) throws Exception {
        Runnable throwing =
                () -> {
                    if (failure instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) failure;
                };
        var service =
                new ControllerService(
                        List.of(new Deletions(way, throwing)), Thread::new, told::add);
        var data = new DeleteTopicsRequestData();
        data.topics().add(new DeleteTopicState().setName("orders"));
        var context =
                ControllerService.context(
                        new RequestHeader(ApiKeys.DELETE_TOPICS, (short) 6, "client", 1),
                        KafkaPrincipal.ANONYMOUS,
                        InetAddress.getLoopbackAddress());
        return service.serve(context, new DeleteTopicsRequest.Builder(data).build((short) 6))
                .get(30, TimeUnit.SECONDS)
                .errorCounts()
                .keySet()
                .iterator()
                .next();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void whatNobodyExpectedIsAnsweredAndTold(BiConsumer<Call, Runnable> way) throws Exception {
        var failure = new InternalError("injected");

        assertThat(answer(way, failure)).isEqualTo(Errors.UNKNOWN_SERVER_ERROR);
        assertThat(told).containsExactly(failure);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void kafkasOwnRefusalIsAnAnswerAlone(BiConsumer<Call, Runnable> way) throws Exception {
        assertThat(answer(way, new PolicyViolationException("no")))
                .isEqualTo(Errors.POLICY_VIOLATION);
        assertThat(told).isEmpty();
    }
}
