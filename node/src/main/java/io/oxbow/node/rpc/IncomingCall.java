package io.oxbow.node.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.env.Component;
import io.oxbow.s3stream.memory.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Call of another node while it is taken. Its request comes in pieces, and a piece is let in once
 * there is memory for it; a caller that sends too slowly is cut off.
 */
final class IncomingCall extends ServerCall.Listener<byte[]> {

    /** Trailer that says that a call was not served, and never will be. */
    static final Metadata.Key<String> NOT_SERVED =
            Metadata.Key.of("oxbow-not-served", Metadata.ASCII_STRING_MARSHALLER);

    private final ServerCall<byte[], byte[]> call;
    private final UnaryOperator<byte[]> handler;
    private final MemoryBudget memory;
    private final Runnable release;
    private final Component health;
    private final Clock.Cancellable alarm;
    private final ByteArrayOutputStream request = new ByteArrayOutputStream();
    private boolean begun;
    private boolean ended;

    /**
     * @param limit within which the request has to be complete
     * @param release called once, at the end
     */
    IncomingCall(
            ServerCall<byte[], byte[]> call,
            UnaryOperator<byte[]> handler,
            MemoryBudget memory,
            Duration limit,
            Clock clock,
            Runnable release,
            Component health) {
        this.call = call;
        this.handler = handler;
        this.memory = memory;
        this.release = release;
        this.health = health;
        this.alarm = clock.after(limit, this::tooSlow);
        call.request(1);
    }

    /** Ends a call that is not served. */
    static ServerCall.Listener<byte[]> refuse(ServerCall<byte[], byte[]> call, Status status) {
        var trailers = new Metadata();
        trailers.put(NOT_SERVED, "1");
        call.close(status, trailers);
        return new ServerCall.Listener<>() {};
    }

    @Override
    public synchronized void onMessage(byte[] piece) {
        if (ended) {
            return;
        }
        if (memory.tryReserve(piece.length)) {
            request.writeBytes(piece);
            call.request(1);
        } else {
            refuse(call, Status.RESOURCE_EXHAUSTED.withDescription("busy: no memory"));
            end();
        }
    }

    @Override
    public void onHalfClose() {
        if (!begins()) {
            return;
        }
        try {
            byte[] answer = handler.apply(request.toByteArray());
            call.sendHeaders(new Metadata());
            call.sendMessage(answer);
            call.close(Status.OK, new Metadata());
        } catch (Throwable e) {
            health.unexpected(e);
            call.close(Status.INTERNAL.withDescription("failed"), new Metadata());
        } finally {
            end();
        }
    }

    private synchronized boolean begins() {
        begun = !ended;
        return begun;
    }

    private synchronized void tooSlow() {
        if (!begun && !ended) {
            refuse(call, Status.DEADLINE_EXCEEDED.withDescription("the request is too slow"));
            end();
        }
    }

    @Override
    public void onCancel() {
        end();
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            alarm.cancel();
            memory.release(request.size());
            release.run();
        }
    }
}
