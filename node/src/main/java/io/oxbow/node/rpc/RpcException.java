package io.oxbow.node.rpc;

import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** Thrown when a call to another node has no answer; it may have been served, or may yet be. */
public final class RpcException extends Exception {

    private static final long serialVersionUID = 1L;

    public RpcException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns true if the call was surely not served, and never will be. */
    public boolean isNotServed() {
        Metadata trailers = getCause() == null ? null : Status.trailersFromThrowable(getCause());
        return isRefused() || (trailers != null && trailers.containsKey(IncomingCall.NOT_SERVED));
    }

    /**
     * Returns true if nobody listens at the address, so that the call was surely not served. A
     * connection that was not answered in time is not refused, though Netty's exception is one of
     * the kind.
     */
    public boolean isRefused() {
        for (Throwable each = getCause(); each != null; each = each.getCause()) {
            if (each instanceof ConnectException && !(each instanceof ConnectTimeoutException)) {
                return true;
            }
        }
        return false;
    }
}
