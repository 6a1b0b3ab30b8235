package io.oxbow.s3stream.env;

/** Remedy for a component's failure. */
public enum Policy {
    /** The component tries the failed work again by itself; its thread goes on. */
    RETRY,

    /** The component's thread starts over, after a pause that grows. */
    RESTART,

    /** The component gives its role up and asks for it again. */
    STEP_DOWN,

    /** The process ends, for a supervisor to start another. */
    END_PROCESS
}
