package dev.closeout.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code closeout demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Shows that nothing stays behind.")
public final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return 0;
    }
}
