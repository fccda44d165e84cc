"""What keeps a definition from being read, told to whoever wrote it: in Chinese, by line and column."""

import re
from tomllib import TOMLDecodeError

WORDS = {  # as tomllib begins its messages
    "Expected '=' after a key": "名称后面应是等号“=”",
    "Invalid statement": "这里应是“栏 = 值”",
    "Expected newline or end of document": "一句写完要换行，这里多出了字",
    "Found invalid character": "有不能出现在这里的字符",
    "Illegal character": "有不能出现在这里的字符",
    "Cannot declare": "同一节写了两次",
    "Cannot overwrite": "同一栏写了两次",
    "Cannot mutate": "同一栏写了两次",
    "Cannot redefine": "同一节写了两次",
    "Duplicate inline table key": "花括号里同一栏写了两次",
    "Expected ']": "方括号没有配对",
    "Unclosed array": "方括号没有配对，或两项之间少了逗号",
    "Unclosed inline table": "花括号没有配对，或两项之间少了逗号",
    "Invalid initial character for a key part": "栏的名称只能用字母、数字、下划线，其他字要加引号",
    "Unescaped": "引号里的反斜杠要写成两个",
    "Invalid hex value": "引号里反斜杠后的编码不对",
    "Escaped character": "引号里反斜杠后的编码不对",
    "Unterminated string": "引号没有配对",
    "Expected": "引号没有配对",
    "Invalid date": "日期或时间不对",
    "Invalid value": "等号后面的值看不懂，文字要加双引号",
}
_AT = re.compile(r"\(at line (\d+), column (\d+)\)$")


def of_toml(error: TOMLDecodeError) -> str:
    message = str(error)
    words = next((told for start, told in WORDS.items() if message.startswith(start)), "写法不对")
    at = _AT.search(message)
    return at_place(*map(int, at.groups()), words) if at else f"定义看不懂：在末尾处，{words}。"


def at_place(line: int, column: int, words: str) -> str:
    return f"定义看不懂：第 {line} 行第 {column} 个字处，{words}。"
