package io.oxbow.broker.admin;

import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.security.authorizer.AclEntry;

/** The bit fields that tell a client what it may do: everything, as there is no authorizer. */
public final class Operations {

    private Operations() {}

    public static int on(ResourceType type) {
        int bits = 0;
        for (AclOperation operation : AclEntry.supportedOperations(type)) {
            bits |= 1 << operation.code();
        }
        return bits;
    }
}
