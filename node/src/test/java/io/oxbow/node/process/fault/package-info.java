/** Tests of node processes that are killed, stopped, or lose disk, bucket or leadership. */
@NullMarked
package io.oxbow.node.process.fault;

import org.jspecify.annotations.NullMarked;
