package io.oxbow.node.roots;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the methods that give something back after an exception, and throw it on, but would keep it
 * after an {@link Error}.
 */
final class CleanupScan {

    private static final Set<String> EXCEPTIONS =
            Set.of("java/lang/Exception", "java/lang/RuntimeException");

    private CleanupScan() {}

    static Set<String> findings() throws Exception {
        Set<String> found = new TreeSet<>();
        for (ClassModel model : ProductClasses.all()) {
            for (MethodModel method : model.methods()) {
                if (method.code().filter(CleanupScan::keepsAfterErrors).isPresent()) {
                    found.add(ProductClasses.methodOf(model, method));
                }
            }
        }
        return found;
    }

    private static boolean keepsAfterErrors(CodeModel code) {
        return code.exceptionHandlers().stream()
                .filter(handler -> EXCEPTIONS.contains(typeOf(handler)))
                .filter(handler -> !catchesErrors(code, handler.handler()))
                .anyMatch(handler -> cleansUp(code.elementList(), handler.handler()));
    }

    private static boolean catchesErrors(CodeModel code, Label handler) {
        return code.exceptionHandlers().stream()
                .filter(other -> other.handler().equals(handler))
                .anyMatch(other -> Set.of("java/lang/Error", "any").contains(typeOf(other)));
    }

    private static String typeOf(ExceptionCatch handler) {
        return handler.catchType().map(type -> type.asInternalName()).orElse("any");
    }

    /** Returns true if a handler does something before it throws what it has caught. */
    private static boolean cleansUp(List<CodeElement> elements, Label handler) {
        boolean inside = false;
        boolean acts = false;
        int caught = -1;
        boolean isCaught = false;
        for (CodeElement element : elements) {
            inside |= element instanceof LabelTarget target && target.label().equals(handler);
            if (!inside) {
                continue;
            }
            if (!(element instanceof Instruction instruction)) {
                continue;
            }
            boolean throwsIt = isCaught;
            isCaught = element instanceof LoadInstruction load && load.slot() == caught;
            switch (instruction) {
                case StoreInstruction store -> caught = caught < 0 ? store.slot() : caught;
                case InvokeInstruction call -> acts |= !isTalk(call);
                case FieldInstruction field -> acts |= field.opcode().name().startsWith("PUT");
                case ThrowInstruction ignored -> {
                    return acts && throwsIt;
                }
                case ReturnInstruction ignored -> {
                    return false;
                }
                case BranchInstruction branch -> {
                    if (branch.opcode().name().startsWith("GOTO")) {
                        return false;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private static boolean isTalk(InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        return owner.equals("org/slf4j/Logger")
                || owner.startsWith("java/lang/")
                || owner.endsWith("Exception");
    }
}
