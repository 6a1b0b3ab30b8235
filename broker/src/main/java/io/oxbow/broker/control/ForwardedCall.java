package io.oxbow.broker.control;

import io.oxbow.broker.network.Call;
import io.oxbow.s3stream.memory.FairShare;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestContext;
import org.jspecify.annotations.Nullable;

/** Call that came from a broker instead of a client's connection. */
final class ForwardedCall implements Call {

    private final RequestContext context;
    private final AbstractRequest request;
    private final ThreadFactory threads;
    private final Consumer<Throwable> unexpected;
    private final FairShare replies = MemoryBudget.unbounded().fairShare();
    private final CompletableFuture<AbstractResponse> answer = new CompletableFuture<>();

    /**
     * @param unexpected told of exceptions that are no answer of Kafka's
     */
    ForwardedCall(
            RequestContext context,
            AbstractRequest request,
            ThreadFactory threads,
            Consumer<Throwable> unexpected) {
        this.context = context;
        this.request = request;
        this.threads = threads;
        this.unexpected = unexpected;
    }

    @Override
    public void run(Runnable part) {
        try {
            part.run();
        } catch (Throwable e) {
            fail(e);
        }
    }

    CompletableFuture<AbstractResponse> answer() {
        return answer;
    }

    @Override
    public RequestContext context() {
        return context;
    }

    @Override
    public AbstractRequest request() {
        return request;
    }

    @Override
    public boolean isConnected() {
        return !answer.isDone();
    }

    @Override
    public void releaseRequest() {}

    /** Controllers' calls do not wait for records: they end by their own deadlines. */
    @Override
    public boolean tryWait(long bytes, Runnable giveWay) {
        return true;
    }

    @Override
    public int requestBytes() {
        return 0;
    }

    @Override
    public FairShare replyMemory() {
        return replies;
    }

    @Override
    public void respond(@Nullable AbstractResponse response, Runnable afterWrite) {
        if (response == null) {
            hangUp();
        } else {
            answer.complete(response);
        }
        afterWrite.run();
    }

    /** Tells of the error, too, unless it is Kafka's. */
    @Override
    public void fail(Throwable error) {
        if (!(error instanceof ApiException)) {
            unexpected.accept(error);
        }
        AbstractResponse response = request.getErrorResponse(error);
        if (response == null) {
            hangUp();
        } else {
            answer.complete(response);
        }
    }

    @Override
    public void hangUp() {
        answer.completeExceptionally(new NetworkException("the request has no answer"));
    }

    @Override
    public void runInOrder(Runnable task) {
        runBeside(task);
    }

    @Override
    public void runBeside(Runnable task) {
        threads.newThread(() -> run(task)).start();
    }

    @Override
    public void runInOrder(BooleanSupplier atOnce, Runnable rest) {
        runBeside(() -> {
            if (!atOnce.getAsBoolean()) {
                rest.run();
            }
        });
    }
}
