// SPDX-License-Identifier: Apache-2.0
package dev.weir.playback.hls;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.model.Overloaded;
import org.junit.jupiter.api.Test;

final class ByteBudgetTest {

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    var budget = new ByteBudget(100);
    var first = budget.take(90);
    assertThatThrownBy(() -> budget.take(11)).isInstanceOf(Overloaded.class);
    first.shrinkTo(30);
    var second = budget.take(70);
    assertThatThrownBy(() -> budget.take(1)).isInstanceOf(Overloaded.class);
    second.close();
    second.close();
    first.close();
    budget.take(100);
    assertThatThrownBy(() -> budget.take(1)).isInstanceOf(Overloaded.class);
  }
}
