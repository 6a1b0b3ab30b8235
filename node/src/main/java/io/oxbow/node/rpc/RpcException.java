package io.oxbow.node.rpc;

/** Thrown when a call to another node has no answer; it may have been served, or may yet be. */
public final class RpcException extends Exception {

    private static final long serialVersionUID = 1L;

    public RpcException(String message, Throwable cause) {
        super(message, cause);
    }
}
