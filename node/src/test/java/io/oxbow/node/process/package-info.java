/** Tests that start {@code bin/oxbow} as a process and use it as a person would. */
@NullMarked
package io.oxbow.node.process;

import org.jspecify.annotations.NullMarked;
